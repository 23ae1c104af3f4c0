import { expect, test } from "vitest";
import { buildWorld, small } from "../gallery/small";
import { worldOf } from "../gallery/worlds";
import { choosePod, followPod, hopsAlong } from "./follow";
import { EdgeKind, Kind } from "./words";

const model = buildWorld(small);
const world = worldOf(model);

test("the way of a pod goes by its node's cable to the leaf, and up to a spine", () => {
  const pod = choosePod(world);
  const path = followPod(world, pod);
  const hops = hopsAlong(world, path);
  expect(hops.map(({ id }) => world.kindOf(id))).toEqual([
    Kind.pod,
    Kind.node,
    Kind.nic,
    Kind.port,
    Kind.device,
    Kind.device,
  ]);
  const [first, node, nic, port, leaf, spine] = hops.map(({ id }) => world.vertex(id));
  expect(first?.parent).toBe(node?.id);
  expect(nic?.parent).toBe(node?.id);
  expect(port?.parent).toBe(leaf?.id);
  expect(leaf?.name).toMatch(/leaf/);
  expect(spine?.name).toMatch(/spine/);
  const attach = hops[3]?.edge;
  expect([attach?.a, attach?.b]).toEqual([nic?.id, port?.id]);
  expect(hops[5]?.edge?.kind).toBe(EdgeKind.link);
});

test("a cable that came back under another ID is still the way's", () => {
  const path = followPod(world, choosePod(world)).map((step) =>
    step.type === "edge" ? { ...step, id: 9_999_000 + step.id } : step,
  );
  const hops = hopsAlong(world, path);
  expect(hops.filter(({ isCabled }) => isCabled).map(({ edge }) => edge?.kind)).toEqual([
    EdgeKind.attach,
    EdgeKind.link,
  ]);
});

test("without a known port there is no way", () => {
  const bare = buildWorld(small);
  for (const { id, kind } of [...bare.edges.values()]) {
    if (kind === EdgeKind.attach) bare.edges.delete(id);
  }
  const without = worldOf(bare);
  expect(choosePod(without)).toBe(0);
  expect(followPod(without, choosePod(world))).toEqual([]);
  expect(followPod(world, 0)).toEqual([]);
});
