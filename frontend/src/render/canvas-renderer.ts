import { dimmed } from "./brush";
import { displayList } from "./display-list";
import type { FrameLoop } from "./frame-loop";
import { Geometry } from "./geometry";
import type { DisplayList, RingItem } from "./items";
import { traceLine } from "./paint-lines";
import { paintRings } from "./paint-marks";
import { paint } from "./painter";
import { type Hit, pick } from "./pick";
import type { Look, MapRenderer } from "./renderer";
import type { Scene } from "./scene";
import type { Camera, Point, Rect, Size } from "./space";
import { fonts, type Measure, rememberWidths } from "./texts";

const emptyList: DisplayList = {
  boxes: [],
  seams: [],
  lines: [],
  bars: [],
  glyphs: [],
  texts: [],
  rings: [],
};

export type CanvasRendererOptions = {
  readonly canvas: HTMLCanvasElement;
  readonly loop: FrameLoop;
  readonly look: Look;
  /** Called after each picture: of what revision of the scene it is, and how long it took. */
  readonly onPainted?: (scriptMs: number) => void;
};

/** The map on a 2D canvas, for machines with and without a GPU. */
export class CanvasRenderer implements MapRenderer {
  readonly #options: CanvasRendererOptions;
  readonly #context: CanvasRenderingContext2D;
  #measure: Measure;
  #geometry: Geometry | undefined;
  #sceneVersion = -1;
  #camera: Camera = { x: 0, y: 0, scale: 1 };
  #look: Look;
  #hover: Hit | undefined;
  #list: DisplayList = emptyList;
  #open: ReadonlySet<number> = new Set();
  #listIsOld = true;
  #stopPainting: (() => void) | undefined;

  constructor(options: CanvasRendererOptions) {
    this.#options = options;
    const context = options.canvas.getContext("2d", { alpha: false });
    if (context === null) throw new Error("this browser has no 2D canvas");
    this.#context = context;
    this.#look = options.look;
    this.#measure = measureWith(context);
    this.#stopPainting = options.loop.paint(() => this.#paint());
  }

  setScene(scene: Scene): void {
    if (this.#geometry?.scene === scene && this.#sceneVersion === scene.version) return;
    this.#geometry = new Geometry(scene);
    this.#sceneVersion = scene.version;
    this.#renew();
  }

  setCamera(camera: Camera): void {
    this.#camera = camera;
    this.#renew();
  }

  setLook(look: Look): void {
    this.#look = look;
    this.#renew();
  }

  setHover(hit: Hit | undefined): void {
    if (hit === undefined && this.#hover === undefined) return;
    this.#hover = hit;
    this.#options.loop.request();
  }

  pick(point: Point, reach: number): Hit | undefined {
    return pick(this.#list, point, reach);
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
    const size = this.#fitCanvas();
    if (this.#geometry !== undefined && (this.#listIsOld || size.changed)) {
      const made = displayList({
        geometry: this.#geometry,
        camera: this.#camera,
        size,
        selection: this.#look.selection,
        measure: this.#measure,
        wasOpen: this.#open,
      });
      this.#list = made.list;
      this.#open = made.open;
      this.#listIsOld = false;
    }
    const brush = { context: this.#context, palette: this.#look.palette, measure: this.#measure };
    paint(brush, this.#list, size);
    this.#paintHover();
    if (this.#look.offline) this.#paintOffline(size);
    this.#options.onPainted?.(performance.now() - startMs);
  }

  /** Gives the canvas as many pixels as the screen has under it. */
  #fitCanvas(): Size & { readonly changed: boolean } {
    const { canvas } = this.#options;
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [canvas.clientWidth, canvas.clientHeight];
    const [wide, high] = [Math.max(1, Math.round(w * ratio)), Math.max(1, Math.round(h * ratio))];
    const changed = canvas.width !== wide || canvas.height !== high;
    if (changed) {
      canvas.width = wide;
      canvas.height = high;
    }
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return { w, h, changed };
  }

  #paintHover(): void {
    const brush = { context: this.#context, palette: this.#look.palette, measure: this.#measure };
    if (this.#hover?.type === "vertex") {
      const { id } = this.#hover;
      const box = this.#list.boxes.find((item) => item.id === id);
      const rings: RingItem[] = box === undefined ? [] : [{ rect: box.rect, look: "hover" }];
      paintRings(brush, rings);
    } else if (this.#hover?.type === "line") {
      const [edge] = this.#hover.line.edges;
      const line = this.#list.lines.find((item) => edge !== undefined && item.edges.includes(edge));
      if (line === undefined) return;
      this.#context.strokeStyle = this.#look.palette.ink;
      this.#context.lineWidth = line.width + 1;
      traceLine(this.#context, line);
      this.#context.stroke();
    }
  }

  /** Grey over everything: nothing of this is known to be so now. */
  #paintOffline({ w, h }: Size): void {
    const context = this.#context;
    context.globalCompositeOperation = "saturation";
    context.fillStyle = "#808080";
    context.fillRect(0, 0, w, h);
    context.globalCompositeOperation = "source-over";
    context.globalAlpha = 1 - 2 * dimmed;
    context.fillStyle = this.#look.palette.ground;
    context.fillRect(0, 0, w, h);
    context.globalAlpha = 1;
  }
}

function measureWith(context: CanvasRenderingContext2D): Measure {
  return rememberWidths((text, font) => {
    context.font = fonts[font];
    return context.measureText(text).width;
  });
}
