import type { Edge } from "../state/graph";
import { EdgeFlag, EdgeKind, Kind } from "../state/words";
import { type Bundle, Bundles, bundleStatus, bundleWidth, isBundleDim } from "./bundles";
import type { Dot } from "./items";
import type { Picture } from "./picture";
import { type Rect, union } from "./space";

/** Cables between devices: one line for each pair of what stands for their ends. */
export function drawLinks(picture: Picture): void {
  const bundles = new Bundles();
  picture.scene.eachEdge(EdgeKind.link, (edge) => {
    const a = picture.detail.standIn(edge.a);
    const b = picture.detail.standIn(edge.b);
    if (a === 0 || b === 0 || a === b || isQuietTrunk(picture, edge)) return;
    bundles.add(edge, a, b);
  });
  for (const bundle of bundles.all()) drawBundle(picture, bundle);
}

/** A healthy link between two sites, which is a chip in their titles and no line over the map. */
function isQuietTrunk({ geometry, focus }: Picture, edge: Edge): boolean {
  if (edge.status !== "ok" || focus?.edges.has(edge.id) === true) return false;
  return geometry.holder(edge.a, Kind.site) !== geometry.holder(edge.b, Kind.site);
}

function drawBundle(picture: Picture, { from, to, edges }: Bundle): void {
  const a = picture.rect(from);
  const b = picture.rect(to);
  const around = a === undefined || b === undefined ? undefined : union([a, b]);
  if (a === undefined || b === undefined || around === undefined || !picture.isSeen(around)) return;
  const [first] = edges;
  const single = edges.length === 1 && first !== undefined;
  const points = route(a, b);
  const { status, count } = bundleStatus(edges);
  const dim = isBundleDim(picture, edges);
  picture.lines.push({
    edges: edges.map(({ id }) => id),
    kind: EdgeKind.link,
    points,
    curve: true,
    width: single ? 1.5 : bundleWidth(edges.length),
    tone: "physical",
    status,
    dash: status === "stale" ? [6, 4] : [],
    ends: single ? dotsOf(first) : ["none", "none"],
    dim,
  });
  markLine(picture, points, { total: edges.length, status, count, dim });
}

type Mark = {
  readonly total: number;
  readonly status: Bundle["edges"][number]["status"];
  readonly count: number;
  readonly dim: boolean;
};

/** The count of a bundle, and the sign of its worst state with how many are in it, at the middle. */
function markLine(
  picture: Picture,
  points: readonly number[],
  { total, status, count, dim }: Mark,
): void {
  const [x, y] = middleOf(points);
  if (status !== "ok") picture.sign(status, x, y, 14);
  const text =
    status === "ok" || total === 1 ? (total > 1 ? `${total}` : "") : `${count} of ${total}`;
  if (text === "") return;
  const side = status === "ok" ? 0 : 10;
  picture.write({
    text,
    x: x + side,
    y,
    font: "small",
    tone: "muted",
    align: side === 0 ? "center" : "left",
    plate: true,
    dim,
  });
}

export function dotsOf({ flags }: Edge): readonly [Dot, Dot] {
  const dot = (bit: number): Dot => ((flags & bit) === 0 ? "hollow" : "filled");
  return [dot(EdgeFlag.reportedA), dot(EdgeFlag.reportedB)];
}

/**
 * A curve from box to box that leaves and arrives upright, so that it runs in
 * the ground between tiers. Boxes of one tier are joined beneath it.
 */
export function route(a: Rect, b: Rect): number[] {
  const ax = a.x + a.w / 2;
  const bx = b.x + b.w / 2;
  if (a.y + a.h <= b.y) return upright(ax, a.y + a.h, bx, b.y);
  if (b.y + b.h <= a.y) return upright(ax, a.y, bx, b.y + b.h);
  const ay = a.y + a.h;
  const by = b.y + b.h;
  const drop = Math.max(ay, by) + Math.min(40, 10 + Math.abs(bx - ax) * 0.1);
  return [ax, ay, ax, drop, bx, drop, bx, by];
}

function upright(ax: number, ay: number, bx: number, by: number): number[] {
  const bend = (by - ay) * 0.45;
  return [ax, ay, ax, ay + bend, bx, by - bend, bx, by];
}

/** The middle of a curve or of a row of straight pieces. */
export function middleOf(points: readonly number[]): readonly [number, number] {
  const at = (i: number): number => points[i] ?? 0;
  if (points.length === 8) {
    return [
      (at(0) + 3 * at(2) + 3 * at(4) + at(6)) / 8,
      (at(1) + 3 * at(3) + 3 * at(5) + at(7)) / 8,
    ];
  }
  const half = Math.floor(points.length / 4) * 2;
  return [at(half), at(half + 1)];
}
