import { expect, test } from "vitest";
import { buildWorld, small } from "../gallery/small";
import { worldOf } from "../gallery/worlds";
import { worstOf } from "./rollup";
import { Health, Kind } from "./words";

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
  expect({ devices, nodes, pods }).toEqual({ devices: 10, nodes: 24, pods: 240 });
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
