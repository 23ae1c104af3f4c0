import fc from "fast-check";
import { expect, test } from "vitest";
import { RowIndex } from "./row-index";
import { Rows } from "./rows";

/** Rows with nothing but an ID: the index as it is used. */
class Bare extends Rows {
  put(id: number): void {
    this.take(id);
  }
  protected override grow(): void {}
  protected override clearRow(): void {}
  protected override moveRow(): void {}
}

// IDs that are near each other, far from each other, and equal in their lower halves.
const id = fc.oneof(
  fc.nat(40),
  fc.maxSafeNat(),
  fc.nat(20).map((high) => high * 2 ** 32 + 7),
  fc.nat(20).map((n) => 2 ** 52 + n * 4096),
);

test("rows are found by their IDs, whatever was put and dropped before", () => {
  const step = fc.record({ id, drops: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const rows = new Bare();
      const model = new Set<number>();
      for (const one of steps) {
        if (one.drops) expect(rows.drop(one.id)).toBe(model.delete(one.id));
        else {
          rows.put(one.id);
          model.add(one.id);
        }
        expect(rows.size).toBe(model.size);
        for (const each of steps) {
          const row = rows.rowOf(each.id);
          expect(row !== undefined).toBe(model.has(each.id));
          if (row !== undefined) expect(rows.ids[row]).toBe(each.id);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test("IDs that come and go take no more room than as many that stay", () => {
  const ids: number[] = [];
  const index = new RowIndex((row) => ids[row] ?? 0);
  const live = 3000;
  const put = (id: number): void => {
    ids[id % live] = id;
    index.set(id, id % live);
  };
  for (let i = 0; i < live; i++) put(i);
  const { room } = index;
  for (let i = live; i < 60 * live; i++) {
    index.delete(i - live);
    put(i);
  }
  expect(index.size).toBe(live);
  expect(index.room).toBe(room);
  expect(room).toBeLessThanOrEqual((live * 8) / 3);
});
