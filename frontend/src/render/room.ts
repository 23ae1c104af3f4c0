import type { LineItem } from "./items";
import { flatten } from "./pick";
import type { Picture } from "./picture";
import { extentOf, extentOfSign, Occupied } from "./settle";
import type { Rect } from "./space";

type Piece = {
  readonly edges: LineItem["edges"];
  readonly ax: number;
  readonly ay: number;
  readonly bx: number;
  readonly by: number;
  /** Half of the line's width. */
  readonly half: number;
};

/** Pixels of a side of the squares by which lines are found. */
const square = 64;

/** The ground that nothing stands on: no card or cell, no name, no sign, no seam and no cable. */
export class Room {
  /** Names, signs, and what was placed: nothing may stand on them. */
  readonly #words = new Occupied();
  readonly #boxes = new Occupied();
  readonly #pieces = new Map<number, Piece[]>();

  constructor(picture: Picture) {
    for (const text of picture.texts)
      if (text.rank === "must" || text.rank === "title")
        this.#words.take(extentOf(text, picture.measure));
    for (const sign of picture.glyphs) this.#words.take(extentOfSign(sign));
    for (const { x1, x2, y } of picture.seams)
      this.#boxes.take({ x: x1, y: y - 4, w: x2 - x1, h: 8 });
    for (const { look, rect } of picture.boxes)
      if ((look === "card" || look === "cell") && picture.isSeen(rect)) this.#boxes.take(rect);
    for (const line of picture.lines) this.#draw(line);
  }

  /** Says whether a rectangle is free but for the line of some edges, which it may break. */
  isFree(rect: Rect, own?: LineItem["edges"]): boolean {
    return this.isBlank(rect) && this.#boxes.isFree(rect) && !this.#isCrossed(rect, own);
  }

  /** Says whether no words are there, whatever else is. */
  isBlank(rect: Rect): boolean {
    return this.#words.isFree(rect);
  }

  take(rect: Rect): void {
    this.#words.take(rect);
  }

  #draw({ points, curve, width, edges, look }: LineItem): void {
    const flat = curve ? flatten(points) : points;
    const half = width / 2 + (look === "plain" ? 0 : 3);
    for (let i = 0; i + 3 < flat.length; i += 2) {
      const [ax = 0, ay = 0, bx = 0, by = 0] = flat.slice(i, i + 4);
      const piece = { edges, ax, ay, bx, by, half };
      const [x, y] = [Math.min(ax, bx) - half, Math.min(ay, by) - half];
      const box = { x, y, w: Math.abs(bx - ax) + 2 * half, h: Math.abs(by - ay) + 2 * half };
      for (const key of squaresOf(box)) {
        const held = this.#pieces.get(key);
        if (held === undefined) this.#pieces.set(key, [piece]);
        else held.push(piece);
      }
    }
  }

  #isCrossed(rect: Rect, own: LineItem["edges"] | undefined): boolean {
    for (const key of squaresOf(rect))
      for (const piece of this.#pieces.get(key) ?? [])
        if (piece.edges !== own && meets(piece, rect)) return true;
    return false;
  }
}

function squaresOf({ x, y, w, h }: Rect): number[] {
  const keys: number[] = [];
  for (let row = Math.floor(y / square); row <= Math.floor((y + h) / square); row++)
    for (let column = Math.floor(x / square); column <= Math.floor((x + w) / square); column++)
      keys.push(row * 65_536 + column);
  return keys;
}

/** Says whether a straight piece of a line runs through a rectangle. */
function meets({ ax, ay, bx, by, half }: Piece, { x, y, w, h }: Rect): boolean {
  let [from, to] = [0, 1];
  for (const [start, way, least, most] of [
    [ax, bx - ax, x - half, x + w + half],
    [ay, by - ay, y - half, y + h + half],
  ] as const) {
    if (way === 0) {
      if (start <= least || start >= most) return false;
      continue;
    }
    const [p, q] = [(least - start) / way, (most - start) / way];
    from = Math.max(from, Math.min(p, q));
    to = Math.min(to, Math.max(p, q));
  }
  return from < to;
}
