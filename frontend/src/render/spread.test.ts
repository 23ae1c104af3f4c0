import fc from "fast-check";
import { expect, test } from "vitest";
import { spread } from "./spread";

const wishes = fc
  .array(fc.integer({ min: -500, max: 2500 }), { maxLength: 40 })
  .map((all) => all.sort((p, q) => p - q));

test("places are in order, between the bounds, and a gap apart where there is room", () => {
  fc.assert(
    fc.property(
      wishes,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 2000 }),
      (all, gap, room) => {
        const places = spread(all, gap, 100, 100 + room);
        const apart = Math.min(gap, room / Math.max(1, all.length - 1));
        expect(places).toHaveLength(all.length);
        places.forEach((place, i) => {
          expect(place).toBeGreaterThanOrEqual(100 - 1e-6);
          expect(place).toBeLessThanOrEqual(100 + room + 1e-6);
          const before = places[i - 1];
          if (before !== undefined) expect(place - before).toBeGreaterThanOrEqual(apart - 1e-6);
        });
      },
    ),
  );
});

test("wishes that are far enough apart are granted", () => {
  expect(spread([10, 50, 90], 16, 0, 100)).toEqual([10, 50, 90]);
});

test("those that want the same place stand around it", () => {
  expect(spread([50, 50, 50], 10, 0, 100)).toEqual([40, 50, 60]);
});
