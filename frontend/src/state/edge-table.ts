import type { EdgeColumns } from "../api/columns";
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
  readonly #scopes = new SpanHeap((length) => new Uint32Array(length));

  put(columns: EdgeColumns): void {
    this.reserve(this.size + columns.count);
    for (let i = 0; i < columns.count; i++) {
      const row = this.take(columns.id[i] ?? 0);
      this.kind[row] = columns.kind[i] ?? 0;
      this.health[row] = columns.health[i] ?? 0;
      this.confidence[row] = columns.confidence[i] ?? 0;
      this.flags[row] = columns.flags[i] ?? 0;
      this.a[row] = columns.a[i] ?? 0;
      this.b[row] = columns.b[i] ?? 0;
      this.#scopes.set(row, span(columns.scopes, columns.scopeEnds, i));
    }
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
}
