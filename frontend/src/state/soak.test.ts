import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { Batch, EdgeColumns, PositionBatch, VertexColumns } from "../api/columns";
import { Kind } from "./words";
import { World } from "./world";

// A page that is left open while pods are replaced all the time: as many as
// there were are held, and no more memory.

const clusters = 8;
/** In an engine's own map there is room for a few more, and it doubles once they have come. */
const podsEach = 1_500;
const turn = 100;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** What script holds, and what buffers hold, after a collection. */
function heap(): { script: number; buffers: number } {
  collect();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return { script: heapUsed, buffers: arrayBuffers };
}

const channelOf = (cluster: number): string => `cluster:v${cluster}`;
const texts = new TextEncoder();

function pods(ids: readonly number[], parent: number): VertexColumns {
  const count = ids.length;
  const names = ids.map((id) => texts.encode(`checkout-7d9c6f-${id.toString(36)}`));
  const ends = new Uint32Array(count + 1);
  names.forEach((name, i) => {
    ends[i + 1] = (ends[i] ?? 0) + name.length;
  });
  return {
    count,
    id: Float64Array.from(ids),
    kind: new Uint8Array(count).fill(Kind.pod),
    parent: new Float64Array(count).fill(parent),
    controller: new Float64Array(count),
    health: new Uint8Array(count).fill(1),
    flags: new Uint8Array(count),
    slot: new Uint32Array(count),
    names: Uint8Array.from(names.flatMap((name) => [...name])),
    nameEnds: ends,
    scopes: new Uint32Array(count).fill(1),
    scopeEnds: Uint32Array.from({ length: count + 1 }, (_, i) => i),
    notes: new Uint8Array(0),
    noteEnds: new Uint32Array(count + 1),
    owned: new Float64Array(0),
    owners: [],
  };
}

function endpoints(pods: readonly number[], service: number): EdgeColumns {
  const count = pods.length;
  return {
    count,
    id: Float64Array.from(pods, (id) => id + 0.5e9),
    kind: new Uint8Array(count).fill(6),
    a: new Float64Array(count).fill(service),
    b: Float64Array.from(pods),
    health: new Uint8Array(count).fill(1),
    confidence: new Uint8Array(count).fill(100),
    flags: new Uint8Array(count),
    scopes: new Uint32Array(count).fill(1),
    scopeEnds: Uint32Array.from({ length: count + 1 }, (_, i) => i),
  };
}

function batch(cluster: number, come: readonly number[], gone: readonly number[]): Batch {
  return {
    channel: channelOf(cluster),
    epoch: 1n,
    previous: 0,
    revision: 1,
    timeMs: 1_700_000_000_000 + (come[0] ?? 0),
    vertices: pods(come, cluster),
    edges: endpoints(come, 100 + cluster),
    scopes: [],
    goneVertices: Float64Array.from(gone),
    goneEdges: Float64Array.from(gone, (id) => id + 0.5e9),
    goneScopes: new Uint32Array(0),
    mergedFrom: new Float64Array(0),
    mergedInto: new Float64Array(0),
    rollups: undefined,
  };
}

function boxes(cluster: number, come: readonly number[], gone: readonly number[]): PositionBatch {
  const count = come.length;
  return {
    channel: channelOf(cluster),
    revision: 1,
    grouping: "",
    whole: gone.length === 0,
    count,
    id: Float64Array.from(come),
    frame: new Float64Array(count).fill(cluster),
    x: new Float32Array(count),
    y: new Float32Array(count),
    w: new Float32Array(count).fill(10),
    h: new Float32Array(count).fill(10),
    gone: Float64Array.from(gone),
    furniture: undefined,
  };
}

/** A world of pods, the eldest of which are replaced as often as asked. */
class Churned {
  readonly world = new World();
  readonly #eldest: number[] = [];
  readonly #live: number[][] = [];
  #next = 1_000;

  constructor() {
    for (let cluster = 1; cluster <= clusters; cluster++) {
      const ids = this.#mint(podsEach);
      this.#live[cluster] = ids;
      this.#eldest[cluster] = 0;
      this.world.receive({ type: "begin", channel: channelOf(cluster) });
      this.world.receive({ type: "columns", batch: batch(cluster, ids, []) });
      this.world.receive({ type: "end", channel: channelOf(cluster), epoch: 1n, revision: 1 });
      this.world.receive({ type: "positions", positions: boxes(cluster, ids, []) });
      for (const id of ids) this.world.vertex(id);
    }
  }

  /** Replaces some of each cluster's pods; all names have been asked for at any time. */
  step(): void {
    for (let cluster = 1; cluster <= clusters; cluster++) {
      const live = this.#live[cluster] ?? [];
      const come = this.#mint(turn);
      const from = this.#eldest[cluster] ?? 0;
      const gone = live.slice(from, from + turn);
      come.forEach((id, i) => {
        live[from + i] = id;
      });
      this.#eldest[cluster] = (from + turn) % podsEach;
      this.world.receive({ type: "columns", batch: batch(cluster, come, gone) });
      this.world.receive({ type: "positions", positions: boxes(cluster, come, gone) });
      for (const id of come) this.world.vertex(id);
    }
    this.world.touched.take();
  }

  /** Replaces all of the pods, so often. */
  turnOver(times: number): void {
    for (let i = 0; i < (times * podsEach) / turn; i++) this.step();
  }

  #mint(count: number): number[] {
    return Array.from({ length: count }, () => this.#next++);
  }
}

test("a world whose pods are replaced all the time takes no more memory", {
  timeout: 60_000,
}, () => {
  new Churned().turnOver(2); // what the engine compiles and keeps of its own
  const bare = heap();
  const churned = new Churned();
  churned.step();
  const first = heap();
  churned.turnOver(2);
  const early = heap();
  churned.turnOver(8);
  const late = heap();

  expect(churned.world.membersOf(1)).toHaveLength(podsEach);
  expect(churned.world.districts.get(channelOf(1))?.store.edges.size).toBe(podsEach);
  const grownBy = (from: { script: number }, to: { script: number }): number =>
    (to.script - bare.script) / (from.script - bare.script);
  expect(grownBy(first, late), "script since the beginning").toBeLessThan(1.1);
  expect(grownBy(early, late), "script").toBeLessThan(1.05);
  expect(late.buffers / early.buffers, "buffers").toBeLessThan(1.05);
});
