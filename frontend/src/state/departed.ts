import type { Batch } from "../api/columns";
import type { ChannelStore } from "./channel";
import type { Gone } from "./graph";

/** As many vertices that left are remembered: the last ones. */
const most = 500;

/** The vertices that left while the page looked on, so that a selected one can stay as a ghost. */
export class Departed {
  readonly #gone = new Map<number, Gone>();

  get(id: number): Gone | undefined {
    return this.#gone.get(id);
  }

  /** Notes what a delta is about to remove. */
  note({ vertices }: ChannelStore, batch: Batch): void {
    for (const id of batch.goneVertices) {
      const row = vertices.rowOf(id);
      if (row === undefined) continue;
      this.#gone.delete(id);
      this.#gone.set(id, {
        name: vertices.name(row),
        kind: vertices.kind[row] ?? 0,
        sinceMs: batch.timeMs,
      });
    }
    for (const id of this.#gone.keys()) {
      if (this.#gone.size <= most) return;
      this.#gone.delete(id);
    }
  }
}
