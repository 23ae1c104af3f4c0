import { expect, test } from "vitest";
import { buildWorld, small } from "../gallery/small";
import { worldOf } from "../gallery/worlds";
import { Kind } from "../state/words";
import { Detail } from "./detail";
import { Geometry } from "./geometry";

const model = buildWorld(small);
const geometry = new Geometry(worldOf(model));
const [node] = [...model.vertices.values()].filter(({ kind }) => kind === Kind.node);
const [pod] = model.childrenOf(node?.id ?? 0, Kind.pod);
if (node === undefined || pod === undefined) throw new Error("the world has no pod");
const from = geometry.openScale(node.id);

test("a card opens at its scale and closes fifteen percent below", () => {
  const open = new Set([node.id]);
  expect(new Detail(geometry, from * 1.01, new Set()).isOpen(node.id)).toBe(true);
  expect(new Detail(geometry, from * 0.99, new Set()).isOpen(node.id)).toBe(false);
  expect(new Detail(geometry, from * 0.9, open).isOpen(node.id)).toBe(true);
  expect(new Detail(geometry, from * 0.84, open).isOpen(node.id)).toBe(false);
});

test("a pod is stood for by its node, the node by its site, as the map goes away", () => {
  const names = [2, from * 0.8, 0.02].map((scale) =>
    new Detail(geometry, scale, new Set()).standIn(pod.id),
  );
  const site = geometry.holder(pod.id, Kind.site);
  expect(names).toEqual([pod.id, node.id, site]);
});

test("what has no place is stood for by nothing", () => {
  expect(new Detail(geometry, 1, new Set()).standIn(999_999)).toBe(0);
});
