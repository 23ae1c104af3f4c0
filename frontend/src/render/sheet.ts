import type { Context } from "./brush";
import type { Camera, Point, Size } from "./space";

/** How far beyond the screen a sheet reaches on each side, as a part of the screen. */
const reach = 0.25;
/** Of a screen with more pixels than this, less far: a sheet is memory. */
const manyPixels = 4e6;
/** A sheet is stretched up to this factor before it is painted anew. */
const mostStretch = 1.5;

/**
 * The picture, painted a little larger than the screen, so that a map that is
 * moved or zoomed shows at once what is painted already. At rest it is painted
 * anew for where the camera is.
 */
export class Sheet {
  readonly #canvas: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  #camera: Camera = { x: 0, y: 0, scale: 1 };
  #size: Size = { w: 0, h: 0 };
  #margin = { x: 0, y: 0 };
  #ratio = 1;

  constructor(document: Document) {
    this.#canvas = document.createElement("canvas");
    const context = this.#canvas.getContext("2d", { alpha: false });
    if (context === null) throw new Error("this browser has no 2D canvas");
    this.context = context;
  }

  get margin(): { readonly x: number; readonly y: number } {
    return this.#margin;
  }

  /** The camera and the size of the screen that the sheet was begun for. */
  get camera(): Camera {
    return this.#camera;
  }

  /** Begins a new picture; what is painted then is in pixels of the screen as this camera sees it. */
  begin(camera: Camera, { w, h }: Size, ratio: number): void {
    const part = w * h * ratio * ratio > manyPixels ? reach / 3 : reach;
    this.#camera = camera;
    this.#size = { w, h };
    this.#ratio = ratio;
    this.#margin = { x: Math.round(w * part), y: Math.round(h * part) };
    const wide = Math.max(1, Math.round((w + 2 * this.#margin.x) * ratio));
    const high = Math.max(1, Math.round((h + 2 * this.#margin.y) * ratio));
    if (this.#canvas.width !== wide || this.#canvas.height !== high) {
      this.#canvas.width = wide;
      this.#canvas.height = high;
    }
    this.context.setTransform(
      ratio,
      0,
      0,
      ratio,
      Math.round(this.#margin.x * ratio),
      Math.round(this.#margin.y * ratio),
    );
  }

  /** Says whether the sheet can stand for what a camera sees. */
  covers(camera: Camera, { w, h }: Size): boolean {
    if (w !== this.#size.w || h !== this.#size.h) return false;
    const stretch = camera.scale / this.#camera.scale;
    if (stretch > mostStretch || stretch < 1 / mostStretch) return false;
    if (stretch < 1) return true; // what comes in at the edges is bare for a moment
    const { x, y } = this.#offset(camera);
    const right = x + (w + 2 * this.#margin.x) * stretch;
    const bottom = y + (h + 2 * this.#margin.y) * stretch;
    return x <= 1 && y <= 1 && right >= w - 1 && bottom >= h - 1;
  }

  /** Puts the sheet on a screen where a camera sees it. */
  show(on: Context, camera: Camera): void {
    const stretch = camera.scale / this.#camera.scale;
    const { x, y } = this.#offset(camera);
    const still = Math.abs(stretch - 1) < 1e-9;
    const { width, height } = this.#canvas;
    // On whole pixels of the screen, so that what is only moved stays sharp.
    const at = (value: number): number =>
      still ? Math.round(value * this.#ratio) / this.#ratio : value;
    on.drawImage(
      this.#canvas,
      at(x),
      at(y),
      (width / this.#ratio) * stretch,
      (height / this.#ratio) * stretch,
    );
  }

  /** A point of the screen, in the pixels that the sheet was painted in. */
  toSheet(point: Point, camera: Camera): Point {
    const stretch = camera.scale / this.#camera.scale;
    const { x, y } = this.#offset(camera);
    return {
      x: (point.x - x) / stretch - this.#margin.x,
      y: (point.y - y) / stretch - this.#margin.y,
    };
  }

  /** Makes what is painted in the sheet's pixels fall where a camera sees it. */
  transform(on: Context, camera: Camera): void {
    const stretch = camera.scale / this.#camera.scale;
    const { x, y } = this.#offset(camera);
    on.translate(x + this.#margin.x * stretch, y + this.#margin.y * stretch);
    on.scale(stretch, stretch);
  }

  /** Where the sheet's upper left corner is on the screen. */
  #offset(camera: Camera): Point {
    const { w, h } = this.#size;
    const stretch = camera.scale / this.#camera.scale;
    return {
      x: (this.#camera.x - camera.x) * camera.scale + w / 2 - (w / 2 + this.#margin.x) * stretch,
      y: (this.#camera.y - camera.y) * camera.scale + h / 2 - (h / 2 + this.#margin.y) * stretch,
    };
  }
}
