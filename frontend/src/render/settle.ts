import type { GlyphItem, TextItem } from "./items";
import type { Rect } from "./space";
import { lineHeight, type Measure } from "./texts";

/**
 * How much a text matters where two would stand on each other. What must be
 * there was given its room beforehand; the others give way.
 */
export type Rank = "must" | "title" | "word" | "count";

export type RankedText = TextItem & { readonly rank: Rank };

const order: readonly Rank[] = ["must", "title", "word", "count"];

/** Where a text is, a little less high than its line. */
export function extentOf({ text, font, align, x, y }: TextItem, measure: Measure): Rect {
  const w = measure(text, font);
  const before = align === "left" ? 0 : align === "right" ? w : w / 2;
  const h = lineHeight[font] - 3;
  return { x: x - before, y: y - h / 2, w, h };
}

export function extentOfSign({ x, y, size }: GlyphItem): Rect {
  return { x: x - size / 2, y: y - size / 2, w: size, h: size };
}

/** The extents of texts, to be asked whether another has room among them. */
export class Occupied {
  readonly #rows = new Map<number, Rect[]>();

  isFree(rect: Rect): boolean {
    for (const row of rowsOf(rect)) {
      for (const other of this.#rows.get(row) ?? []) {
        if (
          rect.x < other.x + other.w &&
          other.x < rect.x + rect.w &&
          rect.y < other.y + other.h &&
          other.y < rect.y + rect.h
        ) {
          return false;
        }
      }
    }
    return true;
  }

  take(rect: Rect): void {
    for (const row of rowsOf(rect)) {
      const held = this.#rows.get(row);
      if (held === undefined) this.#rows.set(row, [rect]);
      else held.push(rect);
    }
  }
}

const rowHeight = 32;

function rowsOf({ y, h }: Rect): number[] {
  const first = Math.floor(y / rowHeight);
  const last = Math.floor((y + h) / rowHeight);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/**
 * The texts without those that would stand on one that matters more, or as
 * much and came before; the least of them give way to signs, too.
 */
export function settle(
  texts: readonly RankedText[],
  measure: Measure,
  signs: readonly GlyphItem[] = [],
): TextItem[] {
  const occupied = new Occupied();
  const kept: TextItem[] = [];
  for (const wanted of order) {
    if (wanted === "word") for (const sign of signs) occupied.take(extentOfSign(sign));
    for (const text of texts) {
      if (text.rank !== wanted) continue;
      const rect = extentOf(text, measure);
      if (wanted !== "must" && !occupied.isFree(rect)) continue;
      occupied.take(rect);
      kept.push(text);
    }
  }
  return kept;
}
