import type { EdgeColumns } from "../api/columns";
import { Chains } from "./chains";
import { grown, Rows } from "./rows";
import { SpanHeap } from "./span-heap";
import { span } from "./vertex-table";

/** The edges of one channel, as columns. */
export class EdgeTable extends Rows {
  kind = new Uint8Array(0);
  health = new Uint8Array(0);
  confidence = new Uint8Array(0);
  flags = new Uint8Array(0);
  a = new Float64Array(0);
  b = new Float64Array(0);
  /** Ends by vertex: 2 * row is where a row has its a, the next its b. */
  readonly #ends = new Chains(
    (end) => ((end & 1) === 0 ? this.a[end >> 1] : this.b[end >> 1]) ?? 0,
  );
  readonly #scopes = new SpanHeap((length) => new Uint32Array(length));

  put(columns: EdgeColumns): void {
    this.reserve(this.size + columns.count);
    for (let i = 0; i < columns.count; i++) {
      const id = columns.id[i] ?? 0;
      const isNew = !this.has(id);
      const row = this.take(id);
      this.#tie(row, isNew, columns.a[i] ?? 0, columns.b[i] ?? 0);
      this.kind[row] = columns.kind[i] ?? 0;
      this.health[row] = columns.health[i] ?? 0;
      this.confidence[row] = columns.confidence[i] ?? 0;
      this.flags[row] = columns.flags[i] ?? 0;
      this.#scopes.set(row, span(columns.scopes, columns.scopeEnds, i));
    }
  }

  /** The IDs of the edges that end at a vertex. */
  endingAt(vertex: number): number[] {
    return this.#ends.get(vertex).map((end) => this.ids[end >> 1] ?? 0);
  }

  hasEndAt(vertex: number): boolean {
    return this.#ends.has(vertex);
  }

  scopes(row: number): Uint32Array {
    return this.#scopes.get(row);
  }

  protected override grow(capacity: number): void {
    this.kind = grown(this.kind, new Uint8Array(capacity));
    this.health = grown(this.health, new Uint8Array(capacity));
    this.confidence = grown(this.confidence, new Uint8Array(capacity));
    this.flags = grown(this.flags, new Uint8Array(capacity));
    this.a = grown(this.a, new Float64Array(capacity));
    this.b = grown(this.b, new Float64Array(capacity));
    this.#ends.reserve(2 * capacity);
  }

  protected override clearRow(row: number): void {
    this.#unlink(row);
    this.#scopes.clear(row);
  }

  protected override moveRow(from: number, to: number): void {
    this.kind[to] = this.kind[from] ?? 0;
    this.health[to] = this.health[from] ?? 0;
    this.confidence[to] = this.confidence[from] ?? 0;
    this.flags[to] = this.flags[from] ?? 0;
    this.a[to] = this.a[from] ?? 0;
    this.b[to] = this.b[from] ?? 0;
    this.#move(from, to);
    this.#scopes.move(from, to);
  }

  /** Gives a row its ends. */
  #tie(row: number, isNew: boolean, a: number, b: number): void {
    if (!isNew && this.a[row] === a && this.b[row] === b) return;
    if (!isNew) this.#unlink(row);
    this.a[row] = a;
    this.b[row] = b;
    this.#ends.add(a, 2 * row);
    if (b !== a) this.#ends.add(b, 2 * row + 1);
  }

  #unlink(row: number): void {
    const [a, b] = [this.a[row] ?? 0, this.b[row] ?? 0];
    this.#ends.remove(a, 2 * row);
    if (b !== a) this.#ends.remove(b, 2 * row + 1);
  }

  #move(from: number, to: number): void {
    const [a, b] = [this.a[to] ?? 0, this.b[to] ?? 0];
    this.#ends.move(a, 2 * from, 2 * to);
    if (b !== a) this.#ends.move(b, 2 * from + 1, 2 * to + 1);
  }
}
