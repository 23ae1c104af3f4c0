import type { FrameLoop } from "../render/frame-loop";
import { fitMap } from "../render/ground";
import type { MapRenderer } from "../render/renderer";
import {
  between,
  type Camera,
  clamp,
  fitCamera,
  overlaps,
  type Point,
  pan,
  type Rect,
  type Size,
  toScreen,
  toWorld,
  zoomAt,
} from "../render/space";
import { Cell } from "../state/cell";
import type { Anchor, Selection } from "../state/view";
import { wantsLessMotion } from "../theme/theme";

const flightMs = 280;
/** Until the first minute of data is in, a map that nobody has moved stays fitted. */
const settleMs = 5_000;
/** A target with sides below this is not readable where it is. */
const readable = 14;

/**
 * Moves the camera: at the user's hand, and otherwise not. The one exception
 * is the beginning, while the world is still arriving and nobody has touched
 * the map.
 */
export class MapControl {
  readonly renderer: MapRenderer;
  readonly camera: Cell<Camera>;
  readonly #loop: FrameLoop;
  readonly #size: () => Size;
  #stopFlight: (() => void) | undefined;
  #touched = false;
  #firstDataMs = 0;
  #wanted: Anchor | undefined;
  /** Whether the camera has ever been placed on a map that has a size. */
  #placed = false;
  /** What was asked for while the map was hidden, or it was not loaded. */
  #pending: readonly number[] = [];
  #lastAnchor: Anchor | undefined;

  constructor(renderer: MapRenderer, loop: FrameLoop, size: () => Size) {
    this.renderer = renderer;
    this.#loop = loop;
    this.#size = size;
    this.camera = new Cell<Camera>({ x: 0, y: 0, scale: 1 });
    this.camera.watch((camera) => renderer.setCamera(camera));
  }

  /** Goes back to a place that the URL names; without one, to all of the map. */
  restore(anchor: Anchor | undefined): void {
    this.#wanted = anchor;
    this.#lastAnchor = anchor;
    this.#touched = anchor !== undefined;
    this.settle(0, true);
  }

  /** What is on the map stands elsewhere from now on, as was asked for: fits it anew while it arrives. */
  begin(): void {
    this.#touched = false;
    this.#firstDataMs = 0;
    this.#placed = false;
    this.#wanted = undefined;
    this.#lastAnchor = undefined;
  }

  /** The scene has changed or the screen has: keeps an untouched map fitted while the world arrives. */
  settle(nowMs: number, mayFit: boolean): void {
    if (this.#isHidden()) return;
    this.#goToPending();
    if (this.#wanted !== undefined) {
      this.#reach(this.#wanted);
      return;
    }
    if (this.#touched && this.#placed) return;
    const bounds = this.renderer.bounds();
    if (bounds === undefined) return;
    const isFirst = !this.#placed;
    this.#placed = true;
    if (this.#firstDataMs === 0) this.#firstDataMs = nowMs;
    if (isFirst || mayFit || nowMs - this.#firstDataMs < settleMs)
      this.camera.set(fitMap(bounds, this.#size()));
  }

  /**
   * The screen has changed its size. What is at its top left stays there, so
   * that nothing jumps when a panel opens; a map that is still fitted is
   * fitted anew if the user asked for the new size.
   */
  resized(before: Size, asked: boolean): void {
    if (!this.#isHidden() && (!this.#placed || this.#wanted !== undefined)) this.settle(0, true);
    else this.#keepPlace(before, asked);
    if (!this.#isHidden()) this.#goToPending();
  }

  #goToPending(): void {
    const ids = this.#pending;
    if (ids.length === 0 || !ids.some((id) => this.renderer.worldRect(id) !== undefined)) return;
    this.#pending = [];
    this.reveal(ids);
  }

  #keepPlace(before: Size, asked: boolean): void {
    if (asked && !this.#touched) {
      this.settle(0, true);
      return;
    }
    const { w, h } = this.#size();
    const { x, y, scale } = this.camera.get();
    this.camera.set({
      x: x + (w - before.w) / 2 / scale,
      y: y + (h - before.h) / 2 / scale,
      scale,
    });
  }

  /** Moves as little as need be for a selection to be in sight, when a panel has come over it. */
  nudge(ids: readonly number[]): void {
    if (this.#isHidden()) return;
    const size = this.#size();
    const [first] = ids.flatMap((id) => this.renderer.worldRect(id) ?? []);
    if (first === undefined) return;
    const { x, y, w, h } = toScreen(this.camera.get(), size, first);
    const margin = 24;
    const over = (from: number, length: number, room: number): number =>
      length + 2 * margin > room ? 0 : Math.max(0, from + length + margin - room);
    const [dx, dy] = [over(x, w, size.w), over(y, h, size.h)];
    if (dx === 0 && dy === 0) return;
    this.#touch();
    this.#fly(pan(this.camera.get(), -dx, -dy));
  }

  /** The place that the camera is at, by the smallest box around it; undefined while fitted. */
  anchor(boxes: readonly { readonly id: number; readonly rect: Rect }[]): Anchor | undefined {
    if (this.#isHidden() || this.#wanted !== undefined) return this.#lastAnchor;
    this.#lastAnchor = this.#touched ? this.#anchorNow(boxes) : undefined;
    return this.#lastAnchor;
  }

  #anchorNow(boxes: readonly { readonly id: number; readonly rect: Rect }[]): Anchor | undefined {
    const { w, h } = this.#size();
    const around = boxes.filter(({ rect }) => overlaps(rect, { x: w / 2, y: h / 2, w: 0, h: 0 }));
    const id = around.at(-1)?.id ?? boxes[0]?.id;
    const world = id === undefined ? undefined : this.renderer.worldRect(id);
    if (id === undefined || world === undefined) return undefined;
    const { x, y, scale } = this.camera.get();
    return { id, across: (x - world.x) / world.w, down: (y - world.y) / world.h, scale };
  }

  /** The user has taken the map in hand: from now on it moves only when told to. */
  hold(): void {
    this.#touched = true;
  }

  panBy(dx: number, dy: number): void {
    this.#touch();
    this.camera.set(pan(this.camera.get(), dx, dy));
  }

  zoom(at: Point, factor: number): void {
    this.#touch();
    this.camera.set(zoomAt(this.camera.get(), this.#size(), at, factor));
  }

  zoomMiddle(factor: number): void {
    const { w, h } = this.#size();
    this.zoom({ x: w / 2, y: h / 2 }, factor);
  }

  toWorld(point: Point): Point {
    return toWorld(this.camera.get(), this.#size(), point);
  }

  fitAll(): void {
    const bounds = this.renderer.bounds();
    if (bounds === undefined || this.#isHidden()) return;
    this.#fly(fitMap(bounds, this.#size()));
    this.#touched = false;
  }

  fitBox(id: number): void {
    const rect = this.renderer.worldRect(id);
    if (rect === undefined || this.#isHidden()) return;
    this.#touch();
    this.#fly(
      fitCamera(rect, this.#size(), {
        margin: 48,
        mostScale: clamp(320 / Math.max(rect.w, rect.h), 1, 6),
      }),
    );
  }

  /** Goes to a target only if it is off the screen, too small to read or in a closed box. */
  reveal(ids: readonly number[]): void {
    if (this.#isHidden()) {
      this.#pending = ids;
      return;
    }
    const rects = ids.flatMap((id) => this.renderer.worldRect(id) ?? []);
    const size = this.#size();
    const shown = rects.every((rect) => {
      const { x, y, w, h } = toScreen(this.camera.get(), size, rect);
      const inside = x >= 0 && y >= 0 && x + w <= size.w && y + h <= size.h;
      // One larger than the screen is shown while the middle of the screen is in it.
      const around =
        x <= size.w / 2 && y <= size.h / 2 && x + w >= size.w / 2 && y + h >= size.h / 2;
      return (inside || (w > size.w && h > size.h && around)) && Math.min(w, h) >= readable;
    });
    // Not loaded yet: it is gone to when it comes, unless the map was taken in hand meanwhile.
    if (rects.length === 0) this.#pending = ids;
    const [first] = ids;
    // In a closed box it is large enough, and yet nobody sees it.
    const isDrawn = ids.length !== 1 || this.renderer.list().boxes.some(({ id }) => id === first);
    if (rects.length === 0 || (shown && isDrawn)) return;
    if (ids.length === 1 && first !== undefined) {
      this.fitBox(first);
      return;
    }
    const x = Math.min(...rects.map((rect) => rect.x));
    const y = Math.min(...rects.map((rect) => rect.y));
    const w = Math.max(...rects.map((rect) => rect.x + rect.w)) - x;
    const h = Math.max(...rects.map((rect) => rect.y + rect.h)) - y;
    this.#touch();
    this.#fly(fitCamera({ x, y, w, h }, size, { margin: 60, mostScale: 2 }));
  }

  isSeenLarge(id: number, leastWidth: number): boolean {
    const world = this.renderer.worldRect(id);
    if (world === undefined) return false;
    const size = this.#size();
    const rect = toScreen(this.camera.get(), size, world);
    return rect.w >= leastWidth && overlaps(rect, { x: 0, y: 0, w: size.w, h: size.h });
  }

  destroy(): void {
    this.#stopFlight?.();
    this.renderer.destroy();
  }

  /** A map that is not shown has no size: nothing can be fitted to it. */
  #isHidden(): boolean {
    const { w, h } = this.#size();
    return w <= 0 || h <= 0;
  }

  #touch(): void {
    this.#placed = true;
    this.#stopFlight?.();
    this.#touched = true;
    this.#wanted = undefined;
    this.#pending = [];
  }

  #reach({ id, across, down, scale }: Anchor): void {
    const world = this.renderer.worldRect(id);
    if (world === undefined) return; // not there yet
    this.#wanted = undefined;
    this.#placed = true;
    this.camera.set({ x: world.x + across * world.w, y: world.y + down * world.h, scale });
  }

  #fly(to: Camera): void {
    this.#stopFlight?.();
    if (wantsLessMotion()) {
      this.camera.set(to);
      return;
    }
    const from = this.camera.get();
    let startMs: number | undefined;
    const stop = this.#loop.move((nowMs) => {
      startMs ??= nowMs;
      const part = clamp((nowMs - startMs) / flightMs, 0, 1);
      this.camera.set(part === 1 ? to : between(from, to, 1 - (1 - part) ** 3));
      if (part === 1) this.#stopFlight?.();
    });
    this.#stopFlight = () => {
      stop();
      this.#stopFlight = undefined;
    };
  }
}

/** What to go to for a selection: the vertex, or both ends of the edge. */
export function targetsOf(
  selection: Selection,
  ends: (edge: number) => readonly number[],
): readonly number[] {
  return selection.type === "vertex" ? [selection.id] : ends(selection.id);
}
