import type { EdgeColumns } from "../api/columns";
import { Lists } from "./lists";
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
  readonly #ends = new Lists();
  readonly #scopes = new SpanHeap((length) => new Uint32Array(length));

  put(columns: EdgeColumns): void {
    this.reserve(this.size + columns.count);
    for (let i = 0; i < columns.count; i++) {
      const id = columns.id[i] ?? 0;
      const held = this.rowOf(id);
      if (held !== undefined) this.#unlink(held);
      const row = this.take(id);
      this.kind[row] = columns.kind[i] ?? 0;
      this.health[row] = columns.health[i] ?? 0;
      this.confidence[row] = columns.confidence[i] ?? 0;
      this.flags[row] = columns.flags[i] ?? 0;
      this.a[row] = columns.a[i] ?? 0;
      this.b[row] = columns.b[i] ?? 0;
      this.#scopes.set(row, span(columns.scopes, columns.scopeEnds, i));
      this.#link(row);
    }
  }

  /** The IDs of the edges that end at a vertex. */
  endingAt(vertex: number): readonly number[] {
    return this.#ends.get(vertex);
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
    this.#scopes.move(from, to);
  }

  #link(row: number): void {
    const [id, a, b] = [this.ids[row] ?? 0, this.a[row] ?? 0, this.b[row] ?? 0];
    this.#ends.add(a, id);
    if (b !== a) this.#ends.add(b, id);
  }

  #unlink(row: number): void {
    const [id, a, b] = [this.ids[row] ?? 0, this.a[row] ?? 0, this.b[row] ?? 0];
    this.#ends.remove(a, id);
    if (b !== a) this.#ends.remove(b, id);
  }
}
