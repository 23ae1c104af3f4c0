import type { Palette } from "./palette";
import type { Measure } from "./texts";

export type Context = CanvasRenderingContext2D;

/**
 * Letters as they are written. By default Inter's contextual alternates make a
 * "×" of the x in "9q8x2"; a canvas knows no features of fonts, but this mode
 * of writing leaves all of them out.
 */
export function writePlainly(context: Context): void {
  context.textRendering = "optimizeSpeed";
}

/** What painters paint with. */
export type Brush = {
  readonly context: Context;
  readonly palette: Palette;
  readonly measure: Measure;
};

/** How much of what is not selected remains. */
export const dimmed = 0.25;
