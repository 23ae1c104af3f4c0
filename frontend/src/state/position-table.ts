import type { FurnitureColumns, PositionBatch } from "../api/columns";
import type { Box, Furniture } from "./graph";
import { grown, Rows } from "./rows";

type BoxColumns = Pick<PositionBatch, "count" | "id" | "frame" | "x" | "y" | "w" | "h" | "gone">;

/** The boxes of one channel's vertices, each counted in its frame's box. */
export class PositionTable extends Rows {
  frame = new Float64Array(0);
  x = new Float32Array(0);
  y = new Float32Array(0);
  w = new Float32Array(0);
  h = new Float32Array(0);

  put(batch: BoxColumns): void {
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

  box(id: number): Box | undefined {
    const row = this.rowOf(id);
    if (row === undefined) return undefined;
    const { frame, x, y, w, h } = this;
    return {
      frame: frame[row] ?? 0,
      x: x[row] ?? 0,
      y: y[row] ?? 0,
      w: w[row] ?? 0,
      h: h[row] ?? 0,
    };
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

type Said = Pick<Furniture, "role" | "of" | "number" | "text">;

/** The boxes of one channel that are no vertices. There are few beside those of vertices. */
export class FurnitureTable extends PositionTable {
  readonly #said = new Map<number, Said>();

  putFurniture(batch: FurnitureColumns): void {
    const decoder = new TextDecoder();
    this.put(batch);
    for (let i = 0; i < batch.count; i++) {
      this.#said.set(batch.id[i] ?? 0, {
        role: batch.role[i] ?? 0,
        of: batch.of[i] ?? 0,
        number: batch.number[i] ?? 0,
        text: decoder.decode(batch.texts.subarray(batch.textEnds[i], batch.textEnds[i + 1])),
      });
    }
    for (const id of batch.gone) this.#said.delete(id);
  }

  piece(id: number): Furniture | undefined {
    const box = this.box(id);
    const said = this.#said.get(id);
    return box === undefined || said === undefined ? undefined : { id, ...box, ...said };
  }
}
