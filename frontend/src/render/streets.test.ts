import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Point, Rect } from "./space";
import { streets, type Trip } from "./streets";

const gap = 40;

/** Boxes in rows, from the left, aligned at their tops, as the server places sites. */
function rowsOf(rows: readonly (readonly (readonly [number, number])[])[]): Rect[] {
  const boxes: Rect[] = [];
  let y = 0;
  for (const row of rows) {
    let x = 0;
    for (const [w, h] of row) {
      boxes.push({ x, y, w, h });
      x += w + gap;
    }
    y += Math.max(...row.map(([, h]) => h)) + gap;
  }
  return boxes;
}

function top({ x, y, w }: Rect, part: number): Point {
  return { x: x + w * part, y };
}

function whole(trip: Trip, corners: readonly Point[]): Point[] {
  return [trip.from, ...corners, trip.to];
}

function crosses(way: readonly Point[], { x, y, w, h }: Rect): boolean {
  return way.slice(1).some((b, i) => {
    const a = way[i] ?? b;
    const [west, east] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
    const [north, south] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
    return west < x + w && x < east && north < y + h && y < south;
  });
}

const size = fc.tuple(fc.integer({ min: 100, max: 900 }), fc.integer({ min: 100, max: 500 }));
const grids = fc.array(fc.array(size, { minLength: 1, maxLength: 6 }), {
  minLength: 1,
  maxLength: 4,
});

describe("ways between boxes", () => {
  test("run over none, straight from corner to corner, and each trip has one", () => {
    fc.assert(
      fc.property(
        grids,
        fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 12 }),
        (rows, pairs) => {
          const boxes = rowsOf(rows);
          const trips = pairs
            .map(([a, b]) => [a % boxes.length, b % boxes.length] as const)
            .filter(([a, b]) => a !== b)
            .flatMap(([a, b], nth): Trip[] => {
              const [from, to] = [boxes[a], boxes[b]];
              const part = (nth + 1) / (pairs.length + 2);
              return from && to ? [{ from: top(from, part), to: top(to, part) }] : [];
            });
          streets(boxes, trips).forEach((corners, nth) => {
            const trip = trips[nth];
            if (trip === undefined || corners === undefined)
              throw new Error(`trip ${nth} has no way`);
            const way = whole(trip, corners);
            for (const box of boxes) expect(crosses(way, box)).toBe(false);
            way.slice(1).forEach((b, i) => {
              const a = way[i] ?? b;
              expect(Math.min(Math.abs(a.x - b.x), Math.abs(a.y - b.y))).toBeLessThan(1e-6);
            });
          });
        },
      ),
      { numRuns: 200 },
    );
  });

  test("those that share a street run beside each other", () => {
    const boxes = rowsOf([
      [
        [300, 200],
        [300, 200],
        [300, 200],
      ],
    ]);
    const [first, second, third] = boxes;
    if (!first || !second || !third) throw new Error("three boxes");
    const ways = streets(boxes, [
      { from: top(first, 0.3), to: top(third, 0.6) },
      { from: top(first, 0.6), to: top(second, 0.5) },
    ]);
    const levels = ways.map((corners) => corners?.[0]?.y ?? 0);
    expect(new Set(levels).size).toBe(2);
    // The shorter is nearer to the boxes: so they do not cross.
    expect(levels[1]).toBeGreaterThan(levels[0] ?? 0);
    for (const y of levels) expect(y).toBeLessThan(0);
  });

  test("lanes keep to the ground that all rows leave free", () => {
    const boxes = rowsOf([
      [[100, 100]],
      [
        [111, 100],
        [100, 100],
      ],
      [[100, 100]],
    ]);
    const [first, second, , last] = boxes;
    if (!first || !second || !last) throw new Error("four boxes");
    const ways = streets(boxes, [
      { from: top(last, 0.2), to: top(first, 0.2) },
      { from: top(first, 0.4), to: top(last, 0.4) },
      { from: top(last, 0.6), to: top(first, 0.6) },
    ]);
    ways.forEach((corners) => {
      for (const box of boxes) expect(crosses(corners ?? [], box)).toBe(false);
      expect(corners?.length).toBeGreaterThan(2);
    });
  });

  test("there is none where boxes touch", () => {
    const boxes = [
      { x: 0, y: 0, w: 100, h: 100 },
      { x: 0, y: 100, w: 100, h: 100 },
    ];
    const [way] = streets(boxes, [{ from: { x: 50, y: 0 }, to: { x: 50, y: 100 } }]);
    expect(way).toBeUndefined();
  });
});
