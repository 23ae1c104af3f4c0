import type { Geometry } from "./geometry";

/** How far below its scale a container that was open stays open, so that it does not flicker. */
const hysteresis = 0.85;

/**
 * Which containers show their members at a scale, and what therefore stands for
 * each vertex in the picture.
 */
export class Detail {
  readonly #geometry: Geometry;
  readonly #scale: number;
  readonly #wasOpen: ReadonlySet<number>;
  readonly #standIns = new Map<number, number>();
  readonly #open = new Map<number, boolean>();

  constructor(geometry: Geometry, scale: number, wasOpen: ReadonlySet<number>) {
    this.#geometry = geometry;
    this.#scale = scale;
    this.#wasOpen = wasOpen;
  }

  /** Says whether the container shows its members. */
  isOpen(id: number): boolean {
    const held = this.#open.get(id);
    if (held !== undefined) return held;
    const from = this.#geometry.openScale(id) * (this.#wasOpen.has(id) ? hysteresis : 1);
    const open = this.#scale >= from;
    this.#open.set(id, open);
    return open;
  }

  /** Those asked about that are open: what the next picture starts from. */
  open(): Set<number> {
    return new Set([...this.#open].flatMap(([id, open]) => (open ? [id] : [])));
  }

  /** The vertex itself if it is drawn, else the closed container that it is in. 0 if it has no place. */
  standIn(id: number): number {
    const held = this.#standIns.get(id);
    if (held !== undefined) return held;
    this.#standIns.set(id, 0); // a circle of frames ends here
    const standIn = this.#find(id);
    this.#standIns.set(id, standIn);
    return standIn;
  }

  #find(id: number): number {
    if (this.#geometry.rect(id) === undefined) return 0;
    const frame = this.#geometry.frame(id);
    if (frame === 0) return id;
    const outer = this.standIn(frame);
    if (outer !== frame) return outer;
    return this.isOpen(frame) ? id : frame;
  }
}
