import type { TextItem } from "./items";
import type { Picture } from "./picture";
import { extentOf, extentOfSign, Occupied } from "./settle";
import type { Rect } from "./space";
import { lineHeight } from "./texts";

/** A text on a plate that says what something of the selection is. */
export type Callout = Pick<TextItem, "text" | "x" | "y" | "font" | "align">;

/**
 * Places what is written about a selection: where it covers no name, no sign,
 * nothing that is lit and none of the others. What finds no room is left out;
 * the drawer says it, too.
 */
export class Callouts {
  readonly #picture: Picture;
  readonly #occupied = new Occupied();

  constructor(picture: Picture) {
    this.#picture = picture;
    for (const text of picture.texts)
      if (text.rank === "must" || text.rank === "title")
        this.#occupied.take(extentOf(text, picture.measure));
    for (const sign of picture.glyphs) this.#occupied.take(extentOfSign(sign));
    for (const { x1, x2, y, dim } of picture.seams)
      if (!dim) this.#occupied.take({ x: x1, y: y - 4, w: x2 - x1, h: 8 });
    for (const { look, dim, rect } of picture.boxes)
      if (!dim && (look === "card" || look === "cell") && picture.isSeen(rect))
        this.#occupied.take(rect);
  }

  /** Writes the first of the groups that has room as a whole. */
  place(groups: Iterable<readonly Callout[]>): void {
    for (const group of groups) {
      const rects = group.map((one) => this.#plateOf(one));
      if (!rects.every((rect) => this.#hasRoom(rect))) continue;
      for (const rect of rects) this.#occupied.take(rect);
      for (const one of group) this.#picture.write({ ...one, plate: true });
      return;
    }
  }

  #hasRoom(rect: Rect): boolean {
    return rect.x >= 0 && rect.x + rect.w <= this.#picture.size.w && this.#occupied.isFree(rect);
  }

  #plateOf({ text, font, align, x, y }: Callout): Rect {
    const wide = this.#picture.measure(text, font);
    const before = align === "left" ? 0 : align === "right" ? wide : wide / 2;
    const h = lineHeight[font];
    return { x: x - before - 3, y: y - h / 2, w: wide + 6, h };
  }
}
