import { describe, expect, test } from "vitest";
import { draw } from "../../test/scenes";
import type { Model } from "../gallery/model";
import { find, type Scene, scenes } from "../gallery/scenes";
import { buildWorld, small } from "../gallery/small";
import type { Selection } from "../state/view";
import { EdgeFlag, EdgeKind, Health, Kind, VertexFlag } from "../state/words";
import { tangentAt } from "./curves";
import { legendOf } from "./legend";

function drawn(change: (model: Model) => void, select?: (model: Model) => Selection) {
  const model = (): Model => {
    const made = buildWorld(small);
    change(made);
    return made;
  };
  const scene: Scene = { name: "looks", model, ...(select === undefined ? {} : { select }) };
  const { list } = draw(scene);
  return { list, samples: legendOf(list).map(({ sample }) => sample) };
}

function ports(model: Model, device: string) {
  return model.childrenOf(find(model, Kind.device, device).id, Kind.port);
}

/** Two more cables between a leaf and a spine; the leaf has so many of its three in one LAG. */
function cableTwice(members: number): (model: Model) => void {
  return (model) => {
    const [spine, leaf] = [ports(model, "east-spine1"), ports(model, "east-leaf1")];
    for (const n of [7, 8])
      model.edge(EdgeKind.link, spine[n]?.id ?? 0, leaf[n]?.id ?? 0, {
        scopes: spine[n]?.scopes ?? [],
      });
    const lag = model.vertex(Kind.lag, "bond1", find(model, Kind.device, "east-leaf1").id);
    for (const n of [24, 7, 8].slice(0, members))
      model.edge(EdgeKind.member, leaf[n]?.id ?? 0, lag.id, { scopes: leaf[n]?.scopes ?? [] });
  };
}

describe("a bundle of cables", () => {
  test("is a LAG when all of them are in one", () => {
    const { list, samples } = drawn(cableTwice(3));
    const lags = list.lines.filter(({ look }) => look === "lag");
    expect(lags.map(({ edges }) => edges.length)).toEqual([3]);
    expect(samples).toContain("lag");
  });

  test("is none when one of them is not", () => {
    const { list, samples } = drawn(cableTwice(2));
    expect(
      list.lines
        .filter(({ kind, edges }) => kind === EdgeKind.link && edges.length === 3)
        .map(({ look }) => look),
    ).toEqual(["plain"]);
    expect(samples).not.toContain("lag");
  });
});

test.each([
  [EdgeKind.peers, "session", "network"],
  [EdgeKind.tunnels, "tunnel", "network"],
  [EdgeKind.announces, "announced", "service"],
] as const)("edges of kind %d are drawn for the selection, as %s", (kind, look, tone) => {
  const join = (model: Model): void => {
    const [a, b] = [find(model, Kind.device, "east-leaf1"), find(model, Kind.device, "west-leaf1")];
    const flags = EdgeFlag.reportedA; // nobody but the cluster says so
    model.edge(kind, a.id, b.id, { health: Health.down, scopes: a.scopes, flags });
  };
  const { list, samples } = drawn(join, (model) => ({
    type: "vertex",
    id: find(model, Kind.device, "east-leaf1").id,
  }));
  const [line, ...others] = list.lines.filter((one) => one.kind === kind);
  expect(others).toEqual([]);
  expect(line).toMatchObject({ look, tone, status: "down", over: true });
  expect(line?.dash).not.toEqual([]);
  expect(list.glyphs.map(({ sign }) => sign)).toContain("down");
  expect(samples).toContain(look);
  expect(samples).not.toContain("endpoint");
  expect(drawn(join).list.lines.filter((one) => one.kind === kind)).toEqual([]);
});

test("a selected cable is stitched where it passes the seam of its cluster", () => {
  const scene = scenes.find(({ name }) => name === "cable-selected");
  if (scene === undefined) throw new Error("no scene");
  const { list, world } = draw(scene);
  const stitched = list.lines.filter(({ stitch }) => stitch !== undefined);
  expect(stitched).toHaveLength(1);
  const seam = list.seams.find(({ cluster }) => world.vertex(cluster)?.name === "prod-east");
  expect(stitched[0]?.stitch?.y).toBe(seam?.y);
  expect(legendOf(list).map(({ sample }) => sample)).toContain("stitched");
});

test("a disputed cable has its outline when it is drawn by itself, and its sign beside", () => {
  const dispute = (model: Model): void => {
    const [link] = [...model.edges.values()].filter(({ kind }) => kind === EdgeKind.link);
    if (link !== undefined) link.flags |= EdgeFlag.disputed;
  };
  const { list } = drawn(dispute);
  expect(
    new Set(list.lines.flatMap(({ look, edges }) => (look === "disputed" ? edges : []))).size,
  ).toBe(1);
  expect(list.glyphs.map(({ sign }) => sign)).toContain("disputed");
  expect(drawn(() => undefined).list.lines.some(({ look }) => look === "disputed")).toBe(false);
});

test("a mark stands on its curve and turns with it", () => {
  const upright = [10, 0, 10, 45, 10, 55, 10, 100];
  expect(tangentAt(upright, 0.5)).toEqual({ x: 10, y: 50, angle: Math.PI / 2 });
  expect(tangentAt(upright, 1)).toMatchObject({ x: 10, y: 100 });
});

test("a cable behind a port that the spanning tree blocks has a bar, and its neighbours none", () => {
  const block = (model: Model): void => {
    const [link] = [...model.edges.values()].filter(({ kind }) => kind === EdgeKind.link);
    const port = model.vertices.get(link?.b ?? 0);
    if (port !== undefined) port.flags |= VertexFlag.blocked;
  };
  const { list, samples } = drawn(block);
  const blocked = list.lines.filter((line) => line.blocked);
  expect(blocked.map(({ edges }) => edges.length)).toEqual([1]);
  expect(samples).toContain("blocked");
  expect(drawn(() => undefined).samples).not.toContain("blocked");
});

test("an address that the network sees announced, too, has a full arrow and a solid line", () => {
  const announce = (model: Model): void => {
    const [a, b] = [find(model, Kind.device, "east-leaf1"), find(model, Kind.device, "west-leaf1")];
    model.edge(EdgeKind.announces, a.id, b.id, { flags: EdgeFlag.reportedA | EdgeFlag.reportedB });
  };
  const { list, samples } = drawn(announce, (model) => ({
    type: "vertex",
    id: find(model, Kind.device, "east-leaf1").id,
  }));
  const [line] = list.lines.filter(({ kind }) => kind === EdgeKind.announces);
  expect(line).toMatchObject({ look: "observed", dash: [] });
  expect(samples).toContain("observed");
});

test("both ends of a disputed cable have two outlines", () => {
  const scene = scenes.find(({ name }) => name === "trouble-near");
  if (scene === undefined) throw new Error("no scene");
  const { list, world } = draw({
    ...scene,
    focus: (model) => find(model, Kind.node, "prod-east-n9").id,
  });
  const disputed = list.boxes.filter((box) => box.disputed).map(({ id }) => id);
  const [edge] = world.edgesOf(disputed[0] ?? 0);
  expect(disputed.length).toBeGreaterThan(0);
  expect(edge === undefined ? 0 : edge.flags & EdgeFlag.disputed).not.toBe(0);
  expect(drawn(() => undefined).list.boxes.some((box) => box.disputed)).toBe(false);
});
