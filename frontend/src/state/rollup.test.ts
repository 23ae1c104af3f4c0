import { expect, test } from "vitest";
import { Session } from "../api/session";
import { columnsOf, encodeServer } from "../gallery/encode";
import { channelOf } from "../gallery/frames-of";
import { buildWorld, small } from "../gallery/small";
import { worldOf } from "../gallery/worlds";
import { illThings, isEmpty, worstOf } from "./rollup";
import { Health, Kind, VertexFlag } from "./words";
import { World } from "./world";

test("a cluster's roll-up counts its nodes and pods by state", () => {
  const model = buildWorld(small);
  const [cluster] = [...model.vertices.values()].filter(({ kind }) => kind === Kind.cluster);
  const [node] = model.childrenOf(cluster?.id ?? 0, Kind.node);
  if (cluster === undefined || node === undefined) throw new Error("the world has no node");
  node.health = Health.down;
  for (const pod of model.childrenOf(node.id, Kind.pod)) pod.health = Health.degraded;
  const rollup = worldOf(model).rollup(cluster.id);
  expect(rollup.nodes).toBe(16);
  expect(rollup.pods).toBe(160);
  expect(rollup.status).toEqual({ ok: 165, degraded: 10, down: 1, stale: 0, unknown: 0 });
  expect(worstOf(rollup)).toEqual({ status: "down", count: 1 });
});

test("a site's roll-up is its fabric's and its clusters'", () => {
  const model = buildWorld(small);
  const world = worldOf(model);
  const [site] = model.childrenOf(0, Kind.site);
  const { devices, nodes, pods } = world.rollup(site?.id ?? 0);
  expect({ devices, nodes, pods }).toEqual({ devices: 9, nodes: 24, pods: 240 });
});

test("a workload's roll-up is its pods, wherever they run", () => {
  const model = buildWorld(small);
  const world = worldOf(model);
  const [pod] = [...model.vertices.values()].filter(({ kind }) => kind === Kind.pod);
  const workload = pod?.controller ?? 0;
  const wanted = [...model.vertices.values()].filter(
    ({ controller }) => controller === workload,
  ).length;
  expect(world.rollup(workload).pods).toBe(wanted);
});

test("what is not loaded is as the server counted it, and a site is all of its clusters", () => {
  const model = buildWorld(small);
  const [site] = model.childrenOf(0, Kind.site);
  const clusters = model.childrenOf(site?.id ?? 0, Kind.cluster);
  // Of devices, nodes, pods, services and cables each ok, unknown, stale, degraded, down.
  const counts = (at: Readonly<Record<number, number>>): number[] =>
    Array.from({ length: 25 }, (_, i) => at[i] ?? 0);
  const fabric = counts({ 0: 7, 2: 3, 20: 40, 24: 2 });
  const inside = counts({ 5: 5, 9: 1, 10: 90, 13: 2, 15: 4, 24: 1 });
  const rollups = [
    { id: site?.id ?? 0, numbers: fabric },
    ...clusters.map(({ id }) => ({ id, numbers: inside })),
  ];
  const world = new World();
  const session = new Session((event) => world.receive(event));
  session.connected(() => undefined);
  session.open("overview");
  const piece = { channel: "overview", epoch: 1n, revision: 1, ...channelOf(model, "overview") };
  session.receive(encodeServer({ case: "snapshot", value: columnsOf({ ...piece, rollups }) }));
  const end = { channel: "overview", epoch: 1n, revision: 1n };
  session.receive(encodeServer({ case: "end", value: end }));
  const n = clusters.length;
  expect(n).toBeGreaterThan(0);
  const rollup = world.rollup(site?.id ?? 0);
  expect(rollup).toEqual({
    devices: 10,
    nodes: 6 * n,
    pods: 92 * n,
    services: 4 * n,
    status: { ok: 7 + 95 * n, unknown: 0, stale: 3, degraded: 2 * n, down: n },
    nodeStatus: { ok: 5 * n, unknown: 0, stale: 0, degraded: 0, down: n },
    podStatus: { ok: 90 * n, unknown: 0, stale: 0, degraded: 2 * n, down: 0 },
    // The cables that end in its clusters end in the site too, and count there.
    cables: { ok: 40, unknown: 0, stale: 0, degraded: 0, down: 2 },
  });
  expect(worstOf(rollup)).toEqual({ status: "down", count: n + 2 });
  expect(illThings(rollup, "down")).toEqual([n === 1 ? "1 node" : `${n} nodes`, "2 cables"]);
});

test("a neighbour that nobody manages is no healthy device: a site of such alone is empty", () => {
  const model = buildWorld({
    sites: [{ name: "east", leaves: 0, spines: 0 }],
    clusters: [],
    podsPerNode: 0,
  });
  for (const { id, kind, flags } of [...model.vertices.values()])
    if (kind === Kind.device && (flags & VertexFlag.unmanaged) === 0) model.drop(id);
  const [site] = model.childrenOf(0, Kind.site);
  expect(isEmpty(worldOf(model).rollup(site?.id ?? 0))).toBe(true);
});
