import type { Point } from "../render/space";

/** What hands do on the map. Points are in pixels from its top left. */
export type Gestures = {
  readonly pan: (dx: number, dy: number) => void;
  readonly zoom: (at: Point, factor: number) => void;
  readonly hover: (at: Point | undefined) => void;
  readonly click: (at: Point, reach: number) => void;
  readonly doubleClick: (at: Point, reach: number) => void;
};

/** Further than this a press becomes a drag. */
const slop = 4;
const mouseReach = 8;
const touchReach = 24;

/** Binds wheel, drag, pinch and clicks of an element to gestures; the result unbinds. */
export function bindGestures(element: HTMLElement, gestures: Gestures): () => void {
  const unbind = new AbortController();
  const options = { signal: unbind.signal };
  const pointers = new Pointers(element, gestures);
  element.addEventListener("pointerdown", (event) => pointers.down(event), options);
  element.addEventListener("pointermove", (event) => pointers.move(event), options);
  element.addEventListener("pointerup", (event) => pointers.up(event), options);
  element.addEventListener("pointercancel", (event) => pointers.cancel(event), options);
  element.addEventListener("pointerleave", () => gestures.hover(undefined), options);
  element.addEventListener(
    "dblclick",
    (event) => gestures.doubleClick(placeOf(element, event), mouseReach),
    options,
  );
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      gestures.zoom(placeOf(element, event), wheelFactor(event));
    },
    { ...options, passive: false },
  );
  return () => unbind.abort();
}

/** A pinch on a trackpad arrives as a wheel with Ctrl, in finer steps than a mouse wheel's. */
function wheelFactor({ deltaY, deltaMode, ctrlKey }: WheelEvent): number {
  const pixels = deltaMode === WheelEvent.DOM_DELTA_LINE ? deltaY * 16 : deltaY;
  const bounded = Math.max(-240, Math.min(240, pixels));
  return Math.exp(-bounded * (ctrlKey ? 0.01 : 0.002));
}

function placeOf(element: HTMLElement, event: MouseEvent): Point {
  const { left, top } = element.getBoundingClientRect();
  return { x: event.clientX - left, y: event.clientY - top };
}

class Pointers {
  readonly #element: HTMLElement;
  readonly #gestures: Gestures;
  readonly #held = new Map<number, Point>();
  #start: Point | undefined;
  #dragging = false;

  constructor(element: HTMLElement, gestures: Gestures) {
    this.#element = element;
    this.#gestures = gestures;
  }

  down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#element.setPointerCapture(event.pointerId);
    const at = placeOf(this.#element, event);
    this.#held.set(event.pointerId, at);
    this.#start = this.#held.size === 1 ? at : undefined;
    this.#dragging = this.#held.size > 1;
  }

  move(event: PointerEvent): void {
    const at = placeOf(this.#element, event);
    const before = this.#held.get(event.pointerId);
    if (before === undefined) {
      this.#gestures.hover(at);
      return;
    }
    if (!this.#dragging && this.#start !== undefined) {
      if (Math.hypot(at.x - this.#start.x, at.y - this.#start.y) < slop) return;
      this.#dragging = true;
      this.#gestures.hover(undefined);
    }
    this.#held.set(event.pointerId, at);
    const [other] = [...this.#held].filter(([id]) => id !== event.pointerId);
    if (other === undefined) this.#gestures.pan(at.x - before.x, at.y - before.y);
    else this.#pinch(before, at, other[1]);
  }

  up(event: PointerEvent): void {
    const held = this.#held.delete(event.pointerId);
    if (!held || this.#dragging || this.#start === undefined) return;
    this.#gestures.click(this.#start, event.pointerType === "touch" ? touchReach : mouseReach);
  }

  cancel(event: PointerEvent): void {
    this.#held.delete(event.pointerId);
  }

  /** Two fingers: their middle moves the map, their distance zooms it. */
  #pinch(before: Point, now: Point, other: Point): void {
    const apart = (p: Point): number => Math.max(1, Math.hypot(p.x - other.x, p.y - other.y));
    this.#gestures.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.#gestures.zoom(
      { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 },
      apart(now) / apart(before),
    );
  }
}
