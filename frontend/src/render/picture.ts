import type { Status } from "../state/freshness";
import type { Edge } from "../state/graph";
import type { EdgeMode } from "../state/view";
import type { Detail } from "./detail";
import { type Focus, isDim } from "./focus";
import type { Geometry } from "./geometry";
import type {
  BadgeItem,
  BarItem,
  BoxItem,
  DisplayList,
  GlyphItem,
  LineItem,
  RingItem,
  SeamItem,
} from "./items";
import type { Mark } from "./marks";
import type { Scene } from "./scene";
import { type RankedText, settle } from "./settle";
import { type Camera, overlaps, type Rect, type Size, toScreen } from "./space";
import type { Measure } from "./texts";

type Words = Pick<RankedText, "text" | "x" | "y" | "font"> & Partial<RankedText>;

/** A display list while it is being made, with all that its makers need. */
export class Picture {
  readonly scene: Scene;
  readonly geometry: Geometry;
  readonly detail: Detail;
  readonly focus: Focus | undefined;
  readonly mode: EdgeMode;
  readonly camera: Camera;
  readonly size: Size;
  readonly measure: Measure;
  readonly nowMs: number;
  /** What is drawn: the screen, and so much beyond it. */
  readonly #drawn: Rect;
  readonly boxes: BoxItem[] = [];
  readonly seams: SeamItem[] = [];
  readonly lines: LineItem[] = [];
  readonly bars: BarItem[] = [];
  readonly glyphs: GlyphItem[] = [];
  readonly texts: RankedText[] = [];
  readonly rings: RingItem[] = [];
  readonly badges: BadgeItem[] = [];
  /** What is to be said of lines, until it is placed. */
  readonly marks: Mark[] = [];

  constructor(given: {
    readonly geometry: Geometry;
    readonly detail: Detail;
    readonly focus: Focus | undefined;
    readonly mode: EdgeMode;
    readonly camera: Camera;
    readonly size: Size;
    readonly margin: { readonly x: number; readonly y: number };
    readonly measure: Measure;
    readonly nowMs: number;
  }) {
    this.scene = given.geometry.scene;
    this.geometry = given.geometry;
    this.detail = given.detail;
    this.focus = given.focus;
    this.mode = given.mode;
    this.camera = given.camera;
    this.size = given.size;
    this.measure = given.measure;
    this.nowMs = given.nowMs;
    const { x, y } = given.margin;
    this.#drawn = { x: -x, y: -y, w: given.size.w + 2 * x, h: given.size.h + 2 * y };
  }

  /** Where a vertex is on the screen, or undefined when it has no place. */
  rect(id: number): Rect | undefined {
    const world = this.geometry.rect(id);
    return world === undefined ? undefined : toScreen(this.camera, this.size, world);
  }

  isSeen(rect: Rect): boolean {
    return overlaps(rect, this.#drawn, 4);
  }

  isDim(id: number): boolean {
    return isDim(this.focus, this.geometry, id);
  }

  /** Says whether an edge is drawn: what is selected always is. */
  isDrawn(edge: Edge): boolean {
    if (this.focus?.edges.has(edge.id) === true) return true;
    return this.mode === "unhealthy" ? edge.status !== "ok" : this.mode !== "off";
  }

  /** Adds a text; by default of nobody, in ink, from the left, not dimmed, and one that must be there. */
  write(text: Words): void {
    const { id, text: words, x, y, font, tone, align, plate, pinned, of, dim, rank } = text;
    this.texts.push({
      id: id ?? 0,
      text: words,
      x,
      y,
      font,
      tone: tone ?? "ink",
      align: align ?? "left",
      plate: plate ?? false,
      pinned: pinned ?? false,
      ...(of === undefined ? {} : { of }),
      dim: dim ?? false,
      rank: rank ?? "must",
    });
  }

  /** Lists what was drawn; of texts that would stand on each other, the one that matters more. */
  list(): DisplayList {
    const { boxes, seams, lines, bars, glyphs, rings, badges } = this;
    return {
      boxes,
      seams,
      lines,
      bars,
      glyphs,
      rings,
      badges,
      texts: settle(this.texts, this.measure, this.glyphs),
    };
  }

  /** The sign of a state with its middle at a point; a good state has none. */
  sign(status: Status, x: number, y: number, size: number): void {
    if (status !== "ok") this.glyphs.push({ sign: status, x, y, size });
  }
}
