import { expect, test } from "vitest";
import type { BoxItem, DisplayList } from "./items";
import { Pulses } from "./pulses";

const box = (id: number): BoxItem => ({
  id,
  kind: 42,
  role: 0,
  look: "cell",
  rect: { x: id, y: 0, w: 9, h: 9 },
  tone: "pod",
  status: "ok",
  lastStatus: "ok",
  hollow: false,
  disputed: false,
  dim: false,
});
const list: DisplayList = {
  boxes: [box(1), box(2)],
  seams: [],
  lines: [],
  bars: [],
  glyphs: [],
  texts: [],
  rings: [],
  badges: [],
};
const itself = (id: number): number => id;

test("a change pulses for 1.2 seconds, and then nothing is left of it", () => {
  const pulses = new Pulses(() => false);
  pulses.add([1], 1000);
  expect(pulses.now(1600, list, itself)).toEqual([
    { rect: { x: 1, y: 0, w: 9, h: 9 }, age: 0.5, still: false },
  ]);
  expect(pulses.now(2200, list, itself)).toEqual([]);
  expect(pulses.isIdle).toBe(true);
});

test("with less motion it is a dot for five seconds", () => {
  const pulses = new Pulses(() => true);
  pulses.add([1], 0);
  expect(pulses.now(4900, list, itself)).toHaveLength(1);
  expect(pulses.now(5000, list, itself)).toHaveLength(0);
});

test("what stands for several changed things pulses once, as the youngest", () => {
  const pulses = new Pulses(() => false);
  pulses.add([7, 8], 0);
  pulses.add([9], 600);
  expect(pulses.now(600, list, () => 2).map(({ age }) => age)).toEqual([0]);
});

test("a storm is bounded", () => {
  const pulses = new Pulses(() => false);
  pulses.add(
    Array.from({ length: 10_000 }, (_, i) => i),
    0,
  );
  expect(
    pulses.now(1, { ...list, boxes: Array.from({ length: 10_000 }, (_, i) => box(i)) }, itself)
      .length,
  ).toBeLessThanOrEqual(60);
});
