import { type BoxItem, type DisplayList, isGround, type LineItem } from "./items";
import { distance, type Point } from "./space";

/** What is under a point: a vertex, or the edges of one line. */
export type Hit =
  | { readonly type: "vertex"; readonly id: number; readonly box: BoxItem }
  | { readonly type: "line"; readonly line: LineItem };

/** Lines are thin; they are met within so many pixels. */
const lineReach = 5;

/**
 * The smallest thing within reach of a point (8 pixels for a mouse, 24 for a
 * finger). A cell under the point goes before a line, and a line before the
 * ground that it runs on; a card hides the lines that pass behind it.
 */
export function pick(list: DisplayList, point: Point, reach: number): Hit | undefined {
  const under = smallest(list, point, 0);
  if (under?.look === "cell") return vertexHit(under);
  const near = smallest(list, point, reach);
  if (near?.look === "cell" && under?.look !== "card") return vertexHit(near);
  const hidesLines = under !== undefined && !isGround(under);
  const lines = hidesLines ? list.lines.filter(({ over }) => over) : list.lines;
  const line = nearestLine(lines, point, Math.max(lineReach, reach / 2));
  if (line !== undefined) return { type: "line", line };
  const box = under ?? near;
  return box === undefined ? undefined : vertexHit(box);
}

function vertexHit(box: BoxItem): Hit {
  return { type: "vertex", id: box.id, box };
}

function smallest({ boxes }: DisplayList, point: Point, reach: number): BoxItem | undefined {
  let best: BoxItem | undefined;
  let bestArea = Number.POSITIVE_INFINITY;
  for (const box of boxes) {
    if (box.look === "area" || box.look === "floor") continue; // what stands there is picked, not they
    const area = box.rect.w * box.rect.h;
    if (area > bestArea || distance(box.rect, point) > reach) continue;
    best = box;
    bestArea = area;
  }
  return best;
}

function nearestLine(
  lines: readonly LineItem[],
  point: Point,
  reach: number,
): LineItem | undefined {
  let best: LineItem | undefined;
  let bestDistance = reach;
  for (const line of lines) {
    const away = lineDistance(line, point) - line.width / 2;
    if (away >= bestDistance) continue;
    best = line;
    bestDistance = away;
  }
  return best;
}

const curveSteps = 16;

function lineDistance({ points, curve }: LineItem, point: Point): number {
  const flat = curve ? flatten(points) : points;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i + 3 < flat.length; i += 2) {
    least = Math.min(
      least,
      segmentDistance(point, flat[i] ?? 0, flat[i + 1] ?? 0, flat[i + 2] ?? 0, flat[i + 3] ?? 0),
    );
  }
  return least;
}

/** A cubic as straight pieces. */
export function flatten(points: readonly number[]): number[] {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0, x2 = 0, y2 = 0, x3 = 0, y3 = 0] = points;
  const flat: number[] = [];
  for (let step = 0; step <= curveSteps; step++) {
    const t = step / curveSteps;
    const u = 1 - t;
    const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
    flat.push(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3);
  }
  return flat;
}

function segmentDistance(point: Point, ax: number, ay: number, bx: number, by: number): number {
  const length = (bx - ax) ** 2 + (by - ay) ** 2;
  const along =
    length === 0 ? 0 : ((point.x - ax) * (bx - ax) + (point.y - ay) * (by - ay)) / length;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - ax - t * (bx - ax), point.y - ay - t * (by - ay));
}
