import type { PositionBatch } from "../api/columns";
import { grown, Rows } from "./rows";

/** The boxes of one channel's vertices, each counted in its frame's box. */
export class PositionTable extends Rows {
  frame = new Float64Array(0);
  x = new Float32Array(0);
  y = new Float32Array(0);
  w = new Float32Array(0);
  h = new Float32Array(0);

  put(batch: PositionBatch): void {
    this.reserve(this.size + batch.count);
    for (let i = 0; i < batch.count; i++) {
      const row = this.take(batch.id[i] ?? 0);
      this.frame[row] = batch.frame[i] ?? 0;
      this.x[row] = batch.x[i] ?? 0;
      this.y[row] = batch.y[i] ?? 0;
      this.w[row] = batch.w[i] ?? 0;
      this.h[row] = batch.h[i] ?? 0;
    }
    for (const id of batch.gone) this.drop(id);
  }

  protected override grow(capacity: number): void {
    this.frame = grown(this.frame, new Float64Array(capacity));
    this.x = grown(this.x, new Float32Array(capacity));
    this.y = grown(this.y, new Float32Array(capacity));
    this.w = grown(this.w, new Float32Array(capacity));
    this.h = grown(this.h, new Float32Array(capacity));
  }

  protected override clearRow(_row: number): void {}

  protected override moveRow(from: number, to: number): void {
    this.frame[to] = this.frame[from] ?? 0;
    this.x[to] = this.x[from] ?? 0;
    this.y[to] = this.y[from] ?? 0;
    this.w[to] = this.w[from] ?? 0;
    this.h[to] = this.h[from] ?? 0;
  }
}
