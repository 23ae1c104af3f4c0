import { type Brush, writePlainly } from "./brush";
import { displayList } from "./display-list";
import type { FrameLoop } from "./frame-loop";
import { Geometry } from "./geometry";
import { type DisplayList, emptyList } from "./items";
import { paintHover, paintOffline, paintPulses } from "./paint-overlay";
import { paint, paintGround, paintTexts } from "./painter";
import { type Hit, pick } from "./pick";
import { Pulses } from "./pulses";
import type { Look, MapRenderer } from "./renderer";
import type { Scene } from "./scene";
import { Sheet } from "./sheet";
import type { Camera, Point, Rect, Size } from "./space";
import { fonts, type Measure, rememberWidths } from "./texts";

/** A camera that has not moved for so long is at rest. */
const restMs = 70;

const ageMs = 30_000;

export type CanvasRendererOptions = {
  readonly canvas: HTMLCanvasElement;
  /** Lies over the canvas: for what changes while the picture does not. */
  readonly overlay: HTMLCanvasElement;
  readonly wantsLessMotion: () => boolean;
  readonly loop: FrameLoop;
  readonly look: Look;
  /** Unix milliseconds; fixed where pictures are compared. */
  readonly clock?: () => number;
  /** Called after each picture: of what revision of the scene it is, and how long it took. */
  readonly onPainted?: (scriptMs: number) => void;
};

/** The map on a 2D canvas, for machines with and without a GPU. */
export class CanvasRenderer implements MapRenderer {
  readonly #options: CanvasRendererOptions;
  readonly #context: CanvasRenderingContext2D;
  readonly #overlay: CanvasRenderingContext2D;
  readonly #pulses: Pulses;
  #measure: Measure;
  #geometry: Geometry | undefined;
  #sceneVersion = -1;
  #camera: Camera = { x: 0, y: 0, scale: 1 };
  #look: Look;
  #hover: Hit | undefined;
  #list: DisplayList = emptyList;
  #open: ReadonlySet<number> = new Set();
  #listIsOld = true;
  readonly #sheet: Sheet;
  /** What is stale grows older while nothing changes. */
  readonly #ageing: ReturnType<typeof setInterval>;
  #resting: ReturnType<typeof setTimeout> | undefined;
  #stopPainting: (() => void) | undefined;

  constructor(options: CanvasRendererOptions) {
    this.#options = options;
    const context = options.canvas.getContext("2d", { alpha: false });
    const overlay = options.overlay.getContext("2d");
    if (context === null || overlay === null) throw new Error("this browser has no 2D canvas");
    this.#context = context;
    this.#overlay = overlay;
    this.#sheet = new Sheet(options.canvas.ownerDocument);
    this.#pulses = new Pulses(options.wantsLessMotion);
    this.#look = options.look;
    this.#measure = measureWith(context);
    this.#stopPainting = options.loop.paint(() => this.#paint());
    this.#ageing = setInterval(() => this.#renew(), ageMs);
  }

  setScene(scene: Scene): void {
    if (this.#geometry?.scene === scene && this.#sceneVersion === scene.version) return;
    this.#geometry = new Geometry(scene);
    this.#sceneVersion = scene.version;
    this.#renew();
  }

  setCamera(camera: Camera): void {
    this.#camera = camera;
    this.#options.loop.request();
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => this.#renew(), restMs);
  }

  setLook(look: Look): void {
    this.#look = look;
    this.#renew();
  }

  pulse(ids: Iterable<number>): void {
    this.#pulses.add(ids, performance.now());
    if (!this.#pulses.isIdle) this.#options.loop.request();
  }

  setHover(hit: Hit | undefined): void {
    if (hit === undefined && this.#hover === undefined) return;
    this.#hover = hit;
    this.#options.loop.request();
  }

  pick(point: Point, reach: number): Hit | undefined {
    return pick(this.#list, this.#sheet.toSheet(point, this.#camera), reach);
  }

  worldRect(id: number): Rect | undefined {
    return this.#geometry?.rect(id);
  }

  bounds(): Rect | undefined {
    return this.#geometry?.bounds();
  }

  list(): DisplayList {
    return this.#list;
  }

  forgetWidths(): void {
    this.#measure = measureWith(this.#context);
    if (this.#geometry !== undefined) this.#geometry = new Geometry(this.#geometry.scene);
    this.#renew();
  }

  snapshot(): Promise<Blob> {
    return new Promise((resolve, reject) => {
      this.#options.canvas.toBlob((blob) => {
        if (blob === null) reject(new Error("the canvas gave no picture"));
        else resolve(blob);
      });
    });
  }

  destroy(): void {
    clearTimeout(this.#resting);
    clearInterval(this.#ageing);
    this.#stopPainting?.();
    this.#stopPainting = undefined;
    this.#geometry = undefined;
    this.#list = emptyList;
  }

  #renew(): void {
    this.#listIsOld = true;
    this.#options.loop.request();
  }

  #paint(): void {
    const startMs = performance.now();
    const { canvas, overlay, loop } = this.#options;
    const size = fitCanvas(canvas, this.#context);
    fitCanvas(overlay, this.#overlay);
    if (this.#listIsOld || size.changed || !this.#sheet.covers(this.#camera, size))
      this.#paintSheet(size);
    this.#paintScreen(size);
    this.#paintOverlay(size, startMs);
    this.#options.onPainted?.(performance.now() - startMs);
    if (!this.#pulses.isIdle) loop.request();
  }

  #paintSheet({ w, h }: Size): void {
    this.#listIsOld = false;
    const size = { w, h };
    this.#sheet.begin(this.#camera, size, window.devicePixelRatio || 1);
    if (this.#geometry !== undefined) {
      const { selection, path, edges } = this.#look;
      const made = displayList({
        geometry: this.#geometry,
        camera: this.#camera,
        size,
        margin: this.#sheet.margin,
        selection,
        path,
        edges,
        measure: this.#measure,
        nowMs: this.#options.clock?.() ?? Date.now(),
        wasOpen: this.#open,
      });
      this.#list = made.list;
      this.#open = made.open;
    }
    paint(this.#brush(this.#sheet.context), this.#list, { size, margin: this.#sheet.margin });
  }

  /** The sheet where the camera sees it, and what stays where it is on the screen. */
  #paintScreen(size: Size): void {
    const brush = this.#brush(this.#context);
    paintGround(brush, { size, margin: { x: 0, y: 0 } });
    this.#sheet.show(this.#context, this.#camera);
    paintTexts(
      brush,
      this.#list.texts.filter(({ pinned }) => pinned),
    );
    if (this.#look.offline) paintOffline(brush, size);
  }

  #brush(context: CanvasRenderingContext2D): Brush {
    return { context, palette: this.#look.palette, measure: this.#measure };
  }

  #paintOverlay(size: Size, nowMs: number): void {
    this.#overlay.clearRect(0, 0, size.w, size.h);
    const brush = this.#brush(this.#overlay);
    this.#overlay.save();
    this.#sheet.transform(this.#overlay, this.#camera);
    if (!this.#pulses.isIdle) {
      const shown = new Set(this.#list.boxes.map(({ id }) => id));
      paintPulses(
        brush,
        this.#pulses.now(nowMs, this.#list, (id) => this.#standIn(id, shown)),
      );
    }
    if (this.#hover !== undefined) paintHover(brush, this.#list, this.#hover);
    this.#overlay.restore();
  }

  /** The vertex itself if it is in the picture, else the box in the picture that holds it. */
  #standIn(id: number, shown: ReadonlySet<number>): number {
    let at = id;
    for (let depth = 0; at !== 0 && depth < 16 && !shown.has(at); depth++)
      at = this.#geometry?.frame(at) ?? 0;
    return at;
  }
}

/** Gives a canvas as many pixels as the screen has under it. */
function fitCanvas(
  canvas: HTMLCanvasElement,
  context: CanvasRenderingContext2D,
): Size & { readonly changed: boolean } {
  const ratio = window.devicePixelRatio || 1;
  const [w, h] = [canvas.clientWidth, canvas.clientHeight];
  const [wide, high] = [Math.max(1, Math.round(w * ratio)), Math.max(1, Math.round(h * ratio))];
  const changed = canvas.width !== wide || canvas.height !== high;
  if (changed) {
    canvas.width = wide;
    canvas.height = high;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { w, h, changed };
}

function measureWith(context: CanvasRenderingContext2D): Measure {
  return rememberWidths((text, font) => {
    context.font = fonts[font];
    writePlainly(context);
    return context.measureText(text).width;
  });
}
