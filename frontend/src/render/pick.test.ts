import { expect, test } from "vitest";
import type { BoxItem, DisplayList, LineItem } from "./items";
import { pick } from "./pick";

const box = (
  id: number,
  look: BoxItem["look"],
  kind: number,
  x: number,
  y: number,
  w: number,
  h: number,
): BoxItem => ({
  id,
  kind,
  role: 0,
  look,
  rect: { x, y, w, h },
  tone: "physical",
  status: "ok",
  lastStatus: "ok",
  hollow: false,
  disputed: false,
  dim: false,
});
const line = (edge: number, points: number[], over = false): LineItem => ({
  edges: [edge],
  kind: 1,
  points,
  curve: false,
  width: 1.5,
  tone: "physical",
  status: "ok",
  dash: [],
  look: "plain",
  blocked: false,
  ends: ["none", "none"],
  over,
  dim: false,
});

const site = box(1, "container", 2, 0, 0, 1000, 1000);
const card = box(2, "card", 10, 100, 100, 200, 40);
const open = box(3, "container", 10, 100, 300, 200, 80);
const port = box(4, "cell", 11, 120, 340, 18, 18);
const list: DisplayList = {
  boxes: [site, card, open, port],
  seams: [],
  bars: [],
  glyphs: [],
  texts: [],
  rings: [],
  badges: [],
  lines: [line(7, [200, 50, 200, 500]), line(8, [500, 0, 500, 900])],
};
const at = (x: number, y: number, reach = 8): number | string | undefined => {
  const hit = pick(list, { x, y }, reach);
  return hit?.type === "line" ? `e${hit.line.edges[0]}` : hit?.id;
};

test("the smallest thing under the pointer is meant", () => {
  expect(at(130, 350)).toBe(4);
  expect(at(110, 110)).toBe(2);
  expect(at(900, 900)).toBe(1);
});

test("a small thing is met within eight pixels, with a finger within twenty-four", () => {
  expect(at(120 - 7, 350)).toBe(4);
  expect(at(120 - 18, 350)).toBe(3);
  expect(at(120 - 18, 350, 24)).toBe(4);
});

test("a cable is met on the ground, but not behind a card that hides it", () => {
  expect(at(503, 700)).toBe("e8");
  expect(at(201, 120)).toBe(2);
});

test("beside everything there is nothing", () => {
  expect(at(-50, -50)).toBeUndefined();
});
