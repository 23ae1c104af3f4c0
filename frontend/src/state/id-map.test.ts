import fc from "fast-check";
import { expect, test } from "vitest";
import { IdMap } from "./id-map";

// IDs that are near each other, far from each other, and equal in their lower halves.
const id = fc.oneof(
  fc.nat(40),
  fc.maxSafeNat(),
  fc.nat(20).map((high) => high * 2 ** 32 + 7),
  fc.nat(20).map((n) => 2 ** 52 + n * 4096),
);
const step = fc.oneof(
  fc.record({ do: fc.constant("set" as const), id, value: fc.nat(9) }),
  fc.record({ do: fc.constant("delete" as const), id }),
);

test("a map by ID is a map", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const map = new IdMap<number>();
      const model = new Map<number, number>();
      for (const one of steps) {
        if (one.do === "set") {
          map.set(one.id, one.value);
          model.set(one.id, one.value);
        } else expect(map.delete(one.id)).toBe(model.delete(one.id));
        expect(map.size).toBe(model.size);
        for (const each of steps) expect(map.get(each.id)).toBe(model.get(each.id));
      }
    }),
    { numRuns: 100 },
  );
});

test("IDs that come and go take no more room than as many that stay", () => {
  const map = new IdMap<number>();
  const live = 3000;
  for (let i = 0; i < live; i++) map.set(i, i);
  const { room } = map;
  for (let i = live; i < 60 * live; i++) {
    map.delete(i - live);
    map.set(i, i);
  }
  expect(map.size).toBe(live);
  expect(map.room).toBe(room);
  expect(room).toBeLessThanOrEqual((live * 8) / 3);
});
