import { hopsOf } from "../state/path";
import type { Picture } from "./picture";
import { clamp, type Point, type Rect } from "./space";

/** Pixels of a way's line, and of the circle with a hop's number. */
const wide = 4;
export const badgeSize = 18;

/** The way that is lit: its edges in ink, its hops ringed and numbered. */
export function drawWay(picture: Picture): void {
  const { focus, lines } = picture;
  if (focus === undefined || focus.way.length === 0) return;
  lines.forEach((line, i) => {
    if (line.dim || !line.edges.some((id) => focus.edges.has(id))) return;
    lines[i] = { ...line, look: "way", width: wide, tone: "ink", status: "ok", dash: [] };
  });
  let nth = 0;
  for (const { rect, count, isCell } of stationsOf(picture, hopsOf(focus.way))) {
    const text = count === 1 ? `${nth + 1}` : `${nth + 1}–${nth + count}`;
    nth += count;
    if (rect === undefined || !picture.isSeen(rect)) continue;
    if (isCell) picture.rings.push({ rect, look: "way" });
    number(picture, text, rect, isCell);
  }
}

/** Hops that one box of the picture stands for. */
type Station = {
  readonly id: number;
  readonly rect: Rect | undefined;
  readonly isCell: boolean;
  count: number;
};

function stationsOf(picture: Picture, hops: readonly number[]): Station[] {
  const looks = new Map(picture.boxes.map(({ id, look }) => [id, look]));
  const stations: Station[] = [];
  for (const hop of hops) {
    const id = picture.detail.standIn(hop);
    const before = stations.at(-1);
    if (before !== undefined && before.id === id) before.count++;
    else stations.push({ id, rect: picture.rect(id), isCell: looks.get(id) === "cell", count: 1 });
  }
  return stations;
}

/** On the upper left corner of a box, above the middle of a cell; beside a number that stands there. */
function number(picture: Picture, text: string, rect: Rect, isCell: boolean): void {
  const { w, h } = picture.size;
  const half = badgeWidth(picture, text) / 2;
  const y = clamp(isCell ? rect.y - badgeSize / 2 : rect.y, badgeSize, h - badgeSize);
  let x = clamp(isCell ? rect.x + rect.w / 2 : rect.x, half + 2, w - half - 2);
  const isTaken = (other: Point): boolean =>
    Math.abs(other.x - x) < 2 * half && Math.abs(other.y - y) < badgeSize;
  while (picture.badges.some(isTaken)) x += 2;
  picture.badges.push({ text, x, y });
}

/** A circle, or as much longer as its text is. */
export function badgeWidth({ measure }: Pick<Picture, "measure">, text: string): number {
  return Math.max(badgeSize, measure(text, "strong") + 10);
}
