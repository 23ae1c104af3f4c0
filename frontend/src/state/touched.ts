import type { Batch } from "../api/columns";
import type { ChannelStore } from "./channel";
import { VertexFlag } from "./words";

/** Above so many changes in a second, what holds them is meant. */
const most = 20;

/** What a delta changes that is worth a look: what is new, what has another state, what has moved. */
export class Touched {
  #ids = new Set<number>();
  #second = { sinceMs: 0, count: 0 };
  #before: (readonly [id: number, before: string])[] = [];

  /** Before a delta is applied. */
  look(store: ChannelStore, { vertices }: Batch): void {
    this.#before = [];
    for (let i = 0; i < (vertices?.count ?? 0); i++) {
      const id = vertices?.id[i] ?? 0;
      if (((vertices?.flags[i] ?? 0) & VertexFlag.stub) === 0)
        this.#before.push([id, stateOf(store, id)]);
    }
  }

  /** After it was. */
  compare(store: ChannelStore, nowMs = Date.now()): void {
    const changed = this.#before.flatMap(([id, before]) =>
      stateOf(store, id) === before ? [] : [id],
    );
    this.#before = [];
    if (nowMs - this.#second.sinceMs >= 1_000) this.#second = { sinceMs: nowMs, count: 0 };
    this.#second.count += changed.length;
    const many = this.#second.count > most;
    for (const id of changed) this.#ids.add(many ? parentOf(store, id) : id);
  }

  /** What was touched since the last time that somebody asked. */
  take(): ReadonlySet<number> {
    const ids = this.#ids;
    if (ids.size > 0) this.#ids = new Set();
    return ids;
  }
}

function stateOf({ vertices }: ChannelStore, id: number): string {
  const row = vertices.rowOf(id);
  return row === undefined
    ? ""
    : `${vertices.status[row]} ${vertices.health[row]} ${vertices.parent[row]}`;
}

function parentOf({ vertices }: ChannelStore, id: number): number {
  const row = vertices.rowOf(id);
  return row === undefined ? 0 : (vertices.parent[row] ?? 0);
}
