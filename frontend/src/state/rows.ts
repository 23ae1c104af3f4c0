import { RowIndex } from "./row-index";

/**
 * Which row of a table an ID has. Rows are dense: a dropped row is filled by
 * the last one. A table subclasses this and says how to make room and how to
 * move a row.
 */
export abstract class Rows {
  readonly #rowOf = new RowIndex((row) => this.ids[row] ?? 0);
  #capacity = 0;
  ids = new Float64Array(0);

  get size(): number {
    return this.#rowOf.size;
  }

  rowOf(id: number): number | undefined {
    return this.#rowOf.get(id);
  }

  has(id: number): boolean {
    return this.#rowOf.get(id) !== undefined;
  }

  /** The row of an ID, a new one if it has none. */
  protected take(id: number): number {
    const held = this.#rowOf.get(id);
    if (held !== undefined) return held;
    const row = this.#rowOf.size;
    this.reserve(row + 1);
    this.ids[row] = id;
    this.#rowOf.set(id, row);
    return row;
  }

  /** Makes room for so many rows: as many at first, from then on a quarter more, for those that come one by one. */
  protected reserve(rows: number): void {
    if (rows <= this.#capacity) return;
    this.#capacity = Math.max(rows, Math.ceil(this.#capacity * 1.25));
    this.ids = grown(this.ids, new Float64Array(this.#capacity));
    this.grow(this.#capacity);
  }

  /** Forgets an ID; says whether it was there. */
  drop(id: number): boolean {
    const row = this.#rowOf.get(id);
    if (row === undefined) return false;
    this.#rowOf.delete(id);
    const last = this.#rowOf.size;
    this.clearRow(row);
    if (row !== last) {
      const moved = this.ids[last] ?? 0;
      this.ids[row] = moved;
      this.#rowOf.set(moved, row);
      this.moveRow(last, row);
    }
    return true;
  }

  protected abstract grow(capacity: number): void;
  protected abstract clearRow(row: number): void;
  protected abstract moveRow(from: number, to: number): void;
}

type Column = Uint8Array | Int32Array | Uint32Array | Float32Array | Float64Array;

/** Copies a column into a longer one. */
export function grown<C extends Column>(from: C, into: C): C {
  into.set(from as never);
  return into;
}
