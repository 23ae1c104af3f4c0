import fc from "fast-check";
import { expect, test } from "vitest";
import { SpanHeap } from "./span-heap";

const step = fc.oneof(
  fc.record({
    do: fc.constant("set" as const),
    row: fc.nat(30),
    piece: fc.array(fc.nat(255), { maxLength: 90 }),
  }),
  fc.record({ do: fc.constant("clear" as const), row: fc.nat(30) }),
  fc.record({ do: fc.constant("move" as const), row: fc.nat(30), to: fc.nat(30) }),
);

test("a heap of pieces is a map of pieces, and at most twice as large and a little more", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const heap = new SpanHeap((length) => new Uint8Array(length));
      const model = new Map<number, number[]>();
      for (const one of steps) {
        if (one.do === "set") {
          heap.set(one.row, one.piece);
          model.set(one.row, one.piece);
        } else if (one.do === "clear") {
          heap.clear(one.row);
          model.delete(one.row);
        } else if (one.row !== one.to) {
          heap.clear(one.to);
          heap.move(one.row, one.to);
          model.set(one.to, model.get(one.row) ?? []);
          model.delete(one.row);
        }
      }
      for (let row = 0; row <= 30; row++) expect([...heap.get(row)]).toEqual(model.get(row) ?? []);
      const inUse = [...model.values()].reduce((sum, piece) => sum + piece.length, 0);
      expect(heap.size).toBeLessThanOrEqual(2 * inUse + 2 * 256 + 90);
    }),
    { numRuns: 300 },
  );
});
