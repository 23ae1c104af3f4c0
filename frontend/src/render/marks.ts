import type { Status } from "../state/freshness";
import { tangentAt } from "./curves";
import type { GlyphItem, LineItem } from "./items";
import type { Picture } from "./picture";
import type { Room } from "./room";
import type { Rect } from "./space";

/** Where a mark may stand: beside a point, or in the midst of its own line, which it breaks. */
export type Spot = {
  readonly x: number;
  readonly y: number;
  readonly align: "left" | "center" | "right";
};

/** What is to be said of a line: the sign of its state, and a number. */
export type Mark = {
  /** Those of its line. */
  readonly edges: LineItem["edges"];
  readonly sign: GlyphItem["sign"] | undefined;
  readonly text: string;
  /** Where it may stand, the best first. */
  readonly spots: readonly Spot[];
  readonly dim: boolean;
};

const signSize = 14;
/** Pixels between a line and what stands beside it. */
const beside = 7;

export function signOf(status: Status): Mark["sign"] {
  return status === "ok" ? undefined : status;
}

/** Spots along a curve: in its midst, between a LAG's ring and the bar of what is blocked, else beside it. */
export function alongCurve(points: readonly number[]): Spot[] {
  const places = [0.5, 0.42, 0.58, 0.3, 0.7, 0.2, 0.8].map((t) => tangentAt(points, t));
  const on = places.slice(0, 3).map(({ x, y }): Spot => ({ x, y, align: "center" }));
  const off = places.flatMap(({ x, y }): Spot[] => [
    { x: x + beside, y, align: "left" },
    { x: x - beside, y, align: "right" },
    { x, y: y + 12, align: "center" },
    { x, y: y - 12, align: "center" },
  ]);
  return [...on, ...off];
}

/** Spots in the midst of straight pieces, the longest first, else beside them. */
export function alongPieces(points: readonly number[]): Spot[] {
  const at = (i: number): number => points[i] ?? 0;
  const pieces: { readonly x: number; readonly y: number; readonly long: number }[] = [];
  for (let i = 0; i + 3 < points.length; i += 2) {
    const [x, y] = [(at(i) + at(i + 2)) / 2, (at(i + 1) + at(i + 3)) / 2];
    pieces.push({ x, y, long: Math.hypot(at(i + 2) - at(i), at(i + 3) - at(i + 1)) });
  }
  pieces.sort((p, q) => q.long - p.long);
  const on = pieces.map(({ x, y }): Spot => ({ x, y, align: "center" }));
  const off = pieces.flatMap(({ x, y }): Spot[] => [
    { x: x + beside, y, align: "left" },
    { x: x - beside, y, align: "right" },
  ]);
  return [...on, ...off];
}

/** Spots along straight pieces that others run beside: in their midst, then nearer to their ends, then off them. */
export function alongStreets(points: readonly number[]): Spot[] {
  const at = (i: number): number => points[i] ?? 0;
  const on: Spot[] = [];
  for (const part of [0.5, 0.35, 0.65, 0.2, 0.8])
    for (let i = 0; i + 3 < points.length; i += 2) {
      const x = at(i) + (at(i + 2) - at(i)) * part;
      const y = at(i + 1) + (at(i + 3) - at(i + 1)) * part;
      on.push({ x, y, align: "center" });
    }
  const off = on.flatMap(({ x, y }): Spot[] => [
    { x, y: y - 12, align: "center" },
    { x: x + beside, y, align: "left" },
    { x: x - beside, y, align: "right" },
    { x, y: y - 28, align: "center" },
  ]);
  return [...alongPieces(points), ...on, ...off];
}

/** Spots beside the end of a curve that comes down upon a seam, the lowest first. */
export function besideEnd(points: readonly number[]): Spot[] {
  const [endX = 0, endY = 0] = points.slice(-2);
  const places = [0.85, 0.75, 0.65, 0.55, 0.45, 0.35].map((t) => tangentAt(points, t));
  const above = [{ x: endX, y: endY - 13 }, ...places].filter(({ y }) => y <= endY - 13);
  return above.flatMap(({ x, y }): Spot[] => [
    { x: x + 5, y, align: "left" },
    { x: x - 5, y, align: "right" },
    { x, y, align: "center" },
  ]);
}

/** Places what is said of lines, what is not well first; a number that finds no room is left out. */
export function placeMarks(picture: Picture, room: Room): void {
  const rank = ({ sign, dim }: Mark): number => (sign === undefined ? (dim ? 2 : 1) : 0);
  const ordered = [...picture.marks].sort((p, q) => rank(p) - rank(q));
  for (const mark of ordered) place(picture, room, mark);
}

function place(picture: Picture, room: Room, mark: Mark): void {
  const free = mark.spots.find((spot) => room.isFree(extent(picture, mark, spot), mark.edges));
  if (free !== undefined) {
    write(picture, room, mark, free);
    return;
  }
  if (mark.sign === undefined) return;
  // What is not well is always said, at the worst across something: its sign alone.
  const alone = { ...mark, text: "" };
  const spot =
    mark.spots.find((one) => room.isFree(extent(picture, alone, one), mark.edges)) ??
    mark.spots.find((one) => room.isBlank(extent(picture, alone, one))) ??
    mark.spots[0];
  if (spot !== undefined) write(picture, room, alone, spot);
}

function extent({ measure }: Picture, { sign, text }: Mark, { x, y, align }: Spot): Rect {
  const signs = sign === undefined ? 0 : signSize;
  const between = sign === undefined || text === "" ? 0 : 3;
  const w = signs + between + (text === "" ? 0 : measure(text, "small"));
  const before = align === "left" ? 0 : align === "right" ? w : w / 2;
  return { x: x - before - 2, y: y - 7, w: w + 4, h: 14 };
}

function write(picture: Picture, room: Room, mark: Mark, spot: Spot): void {
  const { sign, text, edges, dim } = mark;
  const rect = extent(picture, mark, spot);
  room.take(rect);
  let x = rect.x + 2;
  if (sign !== undefined) {
    picture.glyphs.push({ sign, x: x + signSize / 2, y: spot.y, size: signSize, of: edges });
    x += signSize + 3;
  }
  if (text === "") return;
  const plate = spot.align === "center";
  picture.write({ text, x, y: spot.y, font: "small", tone: "muted", plate, dim, of: edges });
}
