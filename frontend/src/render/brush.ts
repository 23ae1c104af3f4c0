import type { Palette } from "./palette";
import type { Measure } from "./texts";

export type Context = CanvasRenderingContext2D;

/** What painters paint with. */
export type Brush = {
  readonly context: Context;
  readonly palette: Palette;
  readonly measure: Measure;
};

/** How much of what is not selected remains. */
export const dimmed = 0.25;
