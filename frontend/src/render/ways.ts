import { Kind } from "../state/words";
import type { Picture } from "./picture";
import { seamY } from "./seams";
import { type Point, type Rect, union } from "./space";

/** Pixels between the seam and the lane in which cables run sideways above it. */
const laneRise = 12;
/** Pixels between what is in the way and the gutter beside it. */
const gutterGap = 8;

/**
 * The way from a point of the fabric to a place on a cluster's seam: down,
 * sideways in the lane above the seam, and down. Where other clusters stand
 * between, it runs in the gutter beside them. `nth` keeps ways apart.
 */
export function wayToSeam(
  picture: Picture,
  from: Point,
  toX: number,
  cluster: number,
  nth = 0,
): number[] {
  const y = seamY(picture, cluster);
  const blocks = between(picture, cluster, from.y);
  if (blocks === undefined) {
    const lane = Math.max(from.y, y - laneRise - (nth % 4) * 3);
    return [from.x, from.y, from.x, lane, toX, lane, toX, y];
  }
  const gutter = gutterBeside(picture, cluster, blocks) + nth * 5;
  const first = Math.max(from.y, blocks.y - 2 * laneRise - (nth % 4) * 3);
  const last = (blocks.y + blocks.h + y) / 2;
  return [from.x, from.y, from.x, first, gutter, first, gutter, last, toX, last, toX, y];
}

/** Says whether other clusters stand between the fabric and a cluster. */
export function isBehind(picture: Picture, cluster: number): boolean {
  return between(picture, cluster, Number.NEGATIVE_INFINITY) !== undefined;
}

/** The clusters of the same frame that stand north of a cluster, as one box. */
function between(picture: Picture, cluster: number, fromY: number): Rect | undefined {
  const rect = picture.rect(cluster);
  const frame = picture.geometry.frame(cluster);
  if (rect === undefined || frame === 0) return undefined;
  const blocks: Rect[] = [];
  for (const sibling of picture.scene.childrenOf(frame)) {
    if (sibling === cluster || picture.geometry.kindOf(sibling) !== Kind.cluster) continue;
    const other = picture.rect(sibling);
    if (other !== undefined && other.y + other.h <= rect.y && other.y >= fromY) blocks.push(other);
  }
  return union(blocks);
}

/** East of what is in the way, unless its frame has more room in the west. */
function gutterBeside(picture: Picture, cluster: number, blocks: Rect): number {
  const frame = picture.rect(picture.geometry.frame(cluster));
  const east = frame === undefined ? gutterGap : frame.x + frame.w - blocks.x - blocks.w;
  const west = frame === undefined ? 0 : blocks.x - frame.x;
  return west > east ? blocks.x - gutterGap : blocks.x + blocks.w + Math.min(gutterGap, east / 2);
}
