import type { Tone } from "./items";

/** The colours of the roles, as CSS colours. */
export type Palette = Readonly<Record<Tone | "panel" | "hatch", string>>;

const tones: readonly (keyof Palette)[] = [
  "ink",
  "muted",
  "place",
  "physical",
  "network",
  "node",
  "pod",
  "service",
  "outside",
  "degraded",
  "down",
  "stale",
  "unknown",
  "ground",
  "panel",
  "hatch",
];

/** Reads the palette from the theme's custom properties (theme/tokens.css). */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const colours = tones.map((tone) => [
    tone,
    style.getPropertyValue(`--${tone}`).trim() || "#888888",
  ]);
  return Object.fromEntries(colours) as Palette;
}
