import type { Rect } from "./space";

// Lines are lists of x, y, x, y, …; a curve is one cubic: four points.

/** A curve that leaves and arrives upright, so that it runs in the ground between tiers. */
export function upright(ax: number, ay: number, bx: number, by: number): number[] {
  const bend = (by - ay) * 0.45;
  return [ax, ay, ax, ay + bend, bx, by - bend, bx, by];
}

/** A curve from box to box. Boxes side by side are joined beneath. */
export function betweenBoxes(a: Rect, b: Rect): number[] {
  const ax = a.x + a.w / 2;
  const bx = b.x + b.w / 2;
  if (a.y + a.h <= b.y) return upright(ax, a.y + a.h, bx, b.y);
  if (b.y + b.h <= a.y) return upright(ax, a.y, bx, b.y + b.h);
  const [ay, by] = [a.y + a.h, b.y + b.h];
  const drop = Math.max(ay, by) + Math.min(40, 10 + Math.abs(bx - ax) * 0.1);
  return [ax, ay, ax, drop, bx, drop, bx, by];
}

/** The middle of a curve; of straight pieces, the middle of the longest. */
export function middleOf(points: readonly number[], curve = true): readonly [number, number] {
  const at = (i: number): number => points[i] ?? 0;
  if (curve) {
    return [
      (at(0) + 3 * at(2) + 3 * at(4) + at(6)) / 8,
      (at(1) + 3 * at(3) + 3 * at(5) + at(7)) / 8,
    ];
  }
  let [x, y, longest] = [at(0), at(1), -1];
  for (let i = 0; i + 3 < points.length; i += 2) {
    const length = Math.hypot(at(i + 2) - at(i), at(i + 3) - at(i + 1));
    if (length <= longest) continue;
    [x, y, longest] = [(at(i) + at(i + 2)) / 2, (at(i + 1) + at(i + 3)) / 2, length];
  }
  return [x, y];
}

/** A point of a curve, from 0 at its beginning to 1 at its end, and where the curve goes there. */
export function tangentAt(
  points: readonly number[],
  t: number,
): { readonly x: number; readonly y: number; readonly angle: number } {
  const at = (i: number): number => points[i] ?? 0;
  const s = 1 - t;
  const along = (i: number): number =>
    s ** 3 * at(i) + 3 * s * s * t * at(i + 2) + 3 * s * t * t * at(i + 4) + t ** 3 * at(i + 6);
  const slope = (i: number): number =>
    s * s * (at(i + 2) - at(i)) +
    2 * s * t * (at(i + 4) - at(i + 2)) +
    t * t * (at(i + 6) - at(i + 4));
  return { x: along(0), y: along(1), angle: Math.atan2(slope(1), slope(0)) };
}
