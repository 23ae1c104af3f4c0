import type { Batch } from "../api/columns";
import type { ChannelStore } from "./channel";

/** As many changes are remembered: the last ones. */
const most = 1_000;

/** Since when things are as they are, for those that changed while the page looked on. */
export class Changes {
  readonly #sinceMs = new Map<string, number>();

  /** When the health last changed: Unix milliseconds; 0 if it has not since the page was opened. */
  since(type: "vertex" | "edge", id: number): number {
    return this.#sinceMs.get(`${type} ${id}`) ?? 0;
  }

  /** Notes what a delta is about to change. */
  note({ vertices, edges }: ChannelStore, batch: Batch): void {
    const look = (
      type: string,
      held: { rowOf(id: number): number | undefined; readonly health: Uint8Array },
      columns: { readonly id: Float64Array; readonly health: Uint8Array } | undefined,
    ): void =>
      columns?.id.forEach((id, i) => {
        const row = held.rowOf(id);
        if (row !== undefined && held.health[row] === columns.health[i]) return;
        this.#sinceMs.delete(`${type} ${id}`);
        this.#sinceMs.set(`${type} ${id}`, batch.timeMs);
      });
    look("vertex", vertices, batch.vertices);
    look("edge", edges, batch.edges);
    for (const key of this.#sinceMs.keys()) {
      if (this.#sinceMs.size <= most) return;
      this.#sinceMs.delete(key);
    }
  }
}
