import type { EdgeMode, Path, Selection } from "../state/view";
import type { DisplayList } from "./items";
import type { Palette } from "./palette";
import type { Hit } from "./pick";
import type { Scene } from "./scene";
import type { Camera, Point, Rect } from "./space";

/** How the map looks besides what is on it. */
export type Look = {
  readonly selection: Selection | undefined;
  readonly path: Path;
  readonly edges: EdgeMode;
  readonly palette: Palette;
  /** The server has not been heard for a while: everything is grey. */
  readonly offline: boolean;
};

/**
 * Draws the map. One implementation draws on a 2D canvas; another may draw the
 * same display lists with WebGL. It never fetches and never decides: it shows
 * what it is given, and says what is where.
 */
export type MapRenderer = {
  /** Shows a scene, or the same one after it has changed. */
  setScene(scene: Scene): void;
  setCamera(camera: Camera): void;
  setLook(look: Look): void;
  /** Draws the eye to what has just changed. */
  pulse(ids: Iterable<number>): void;
  /** Outlines what the pointer is over. */
  setHover(hit: Hit | undefined): void;
  /** What is within reach of a point of the screen, in the last picture. */
  pick(point: Point, reach: number): Hit | undefined;
  /** Where a vertex is in the world. */
  worldRect(id: number): Rect | undefined;
  /** All that there is, in the world. */
  bounds(): Rect | undefined;
  /** The last picture as a list, for tests and for the summary in words. */
  list(): DisplayList;
  /** Fonts have arrived: texts are as wide as they are from now on. */
  forgetWidths(): void;
  /** The last picture as an image. */
  snapshot(): Promise<Blob>;
  /** Ends; may be called twice. */
  destroy(): void;
};
