import fc from "fast-check";
import { expect, test } from "vitest";
import { Chains } from "./chains";

const step = fc.record({ key: fc.nat(4), place: fc.nat(19), to: fc.nat(19), turn: fc.nat(2) });

test("chains are lists, in the order in which their places were added", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const keyOf = new Map<number, number>();
      const chains = new Chains((place) => keyOf.get(place) ?? -1);
      chains.reserve(20);
      const lists = new Map<number, number[]>();
      const listOf = (key: number): number[] => lists.get(key) ?? [];
      for (const { key, place, to, turn } of steps) {
        const held = keyOf.get(place);
        if (held === undefined) {
          keyOf.set(place, key);
          chains.add(key, place);
          lists.set(key, [...listOf(key), place]);
        } else if (turn === 0 && !keyOf.has(to)) {
          keyOf.set(to, held);
          chains.move(held, place, to);
          keyOf.delete(place);
          lists.set(
            held,
            listOf(held).map((one) => (one === place ? to : one)),
          );
        } else {
          chains.remove(held, place);
          keyOf.delete(place);
          lists.set(
            held,
            listOf(held).filter((one) => one !== place),
          );
        }
        for (let each = 0; each <= 4; each++) {
          expect(chains.get(each)).toEqual(listOf(each));
          expect(chains.has(each)).toBe(listOf(each).length > 0);
        }
      }
    }),
    { numRuns: 200 },
  );
});
