import { decodeFrame } from "../src/api/frames";
import { channelsOf, openingFrames } from "../src/gallery/frames-of";
import { placeWorld } from "../src/gallery/place";
import { buildWorld, type Size } from "../src/gallery/small";
import { displayList } from "../src/render/display-list";
import { Geometry } from "../src/render/geometry";
import { fitCamera } from "../src/render/space";
import { sortRows, summaryText, tableOf } from "../src/state/tables";
import { tabs } from "../src/state/view";
import { Kind } from "../src/state/words";
import { World } from "../src/state/world";

// Times what the page does with a large world, without a browser: npm run bench
// The figures are of script alone; painting comes on top.

const large: Size = {
  sites: Array.from({ length: 10 }, (_, i) => ({ name: `site${i}`, leaves: 16, spines: 4 })),
  clusters: Array.from({ length: 20 }, (_, i) => ({
    name: `cluster${i}`,
    site: i % 10,
    nodes: 160,
  })),
  podsPerNode: 30,
};

const size = { w: 1600, h: 860 };
const measure = (text: string): number => text.length * 7;

function median(times: number[]): number {
  return times.sort((p, q) => p - q)[times.length >> 1] ?? 0;
}

function timed(rounds: number, run: () => void): string {
  // Processor time, so that what else the machine does counts for nothing.
  const times = Array.from({ length: rounds }, () => {
    const start = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  const first = times[0] ?? 0;
  return `first ${first.toFixed(1)} ms, then ${median(times.slice(1)).toFixed(2)} ms`;
}

export async function main(): Promise<void> {
  const model = buildWorld(large);
  const placed = placeWorld(model);
  const frames = channelsOf(model).flatMap((channel) =>
    openingFrames(model, channel, 1n, 1, 0, placed),
  );
  const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
  console.log(
    `${model.vertices.size} vertices, ${model.edges.size} edges, ${frames.length} frames, ${(bytes / 1e6).toFixed(1)} MB`,
  );
  console.log(`decode: ${timed(5, () => frames.map((frame) => decodeFrame(frame)))}`);
  let world = new World();
  console.log(`apply: ${timed(3, () => (world = hold(frames)))}`);
  for (const tab of tabs) {
    const table = tableOf(world, tab);
    console.log(
      `table of ${table.rows.length} ${tab}: made ${timed(5, () => tableOf(world, tab))}; sorted ${timed(5, () => sortRows(table, table.rows, ""))}`,
    );
  }
  console.log(`summary: ${timed(20, () => summaryText(world))}`);
  const geometry = new Geometry(world);
  const bounds = geometry.bounds() ?? { x: 0, y: 0, w: 1, h: 1 };
  const places = new Map<string, { x: number; y: number; w: number; h: number }>([
    ["everything", bounds],
  ]);
  for (const [what, kind] of Object.entries({
    site: Kind.site,
    cluster: Kind.cluster,
    node: Kind.node,
  })) {
    const id = [...model.vertices.values()].find((vertex) => vertex.kind === kind)?.id ?? 0;
    const rect = geometry.rect(id);
    if (rect !== undefined) places.set(`a ${what}`, rect);
  }
  for (const [what, rect] of places) {
    const camera = fitCamera(rect, size);
    let boxes = 0;
    const draw = (fresh: Geometry): void => {
      const { list } = displayList({
        geometry: fresh,
        camera,
        size,
        margin: { x: 0, y: 0 },
        selection: undefined,
        path: [],
        edges: "bundled",
        measure,
        nowMs: 0,
        wasOpen: new Set(),
      });
      boxes = list.boxes.length;
    };
    console.log(
      `display list of ${what}: ${timed(20, () => draw(geometry))}; after a change ${timed(10, () => draw(new Geometry(world)))}; ${boxes} boxes`,
    );
  }
}

function hold(frames: readonly Uint8Array[]): World {
  const world = new World();
  for (const frame of frames.map((one) => decodeFrame(one))) {
    if (frame.type === "snapshot") {
      world.receive({ type: "begin", channel: frame.batch.channel });
      world.receive({ type: "columns", batch: frame.batch });
    } else if (frame.type === "positions" || frame.type === "end") {
      world.receive(frame);
    }
  }
  return world;
}
