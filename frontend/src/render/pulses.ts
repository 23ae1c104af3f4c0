import type { DisplayList } from "./items";
import type { Rect } from "./space";

const pulseMs = 1_200;
/** With less motion wanted, a dot stands still for so long instead. */
const dotMs = 5_000;
/** More things than this are not told apart by pulsing. */
const most = 60;

export type Pulse = {
  readonly rect: Rect;
  /** From 0, just changed, to 1. */
  readonly age: number;
  readonly still: boolean;
};

/** What has just changed on the map, and for how long to show that. */
export class Pulses {
  readonly #since = new Map<number, number>();
  readonly #still: () => boolean;

  constructor(still: () => boolean) {
    this.#still = still;
  }

  add(ids: Iterable<number>, nowMs: number): void {
    for (const id of ids) {
      this.#since.delete(id);
      this.#since.set(id, nowMs);
    }
    for (const id of this.#since.keys()) {
      if (this.#since.size <= most) return;
      this.#since.delete(id);
    }
  }

  /** What to draw now; those of one box are one pulse. boxOf is what stands for a vertex in the picture. */
  now(nowMs: number, { boxes }: DisplayList, boxOf: (id: number) => number): Pulse[] {
    const still = this.#still();
    const lasts = still ? dotMs : pulseMs;
    const youngest = new Map<number, number>();
    for (const [id, sinceMs] of this.#since) {
      if (nowMs - sinceMs >= lasts) {
        this.#since.delete(id);
        continue;
      }
      const box = boxOf(id);
      youngest.set(box, Math.max(youngest.get(box) ?? 0, sinceMs));
    }
    return boxes.flatMap(({ id, rect }) => {
      const sinceMs = youngest.get(id);
      if (sinceMs === undefined) return [];
      return [{ rect, still, age: Math.max(0, nowMs - sinceMs) / lasts }];
    });
  }

  get isIdle(): boolean {
    return this.#since.size === 0;
  }
}
