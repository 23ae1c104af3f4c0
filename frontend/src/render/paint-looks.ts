import type { Brush } from "./brush";
import { tangentAt } from "./curves";
import type { LineItem } from "./items";

/** Where along a curve its mark is: beside the middle, where counts and signs of state stand. */
const markAt = 0.3;

/** Where the bar is of what the spanning tree blocks. */
const barAt = 0.7;

/** Paints what a line carries: a LAG's ring, a session's diamond, an arrowhead, a bar across it, the stitch at a seam. */
export function paintMark(brush: Brush, line: LineItem): void {
  const { look, points, curve, width, stitch } = line;
  if (stitch !== undefined) paintStitch(brush, line, stitch.x, stitch.y);
  if (!curve) return;
  if (line.blocked) at(brush, points, barAt, () => paintBar(brush, width));
  switch (look) {
    case "lag":
    case "member":
      at(brush, points, markAt, () => paintRing(brush, width + (look === "lag" ? 0 : 2)));
      return;
    case "session":
      at(brush, points, markAt, () => paintCorners(brush, [-5, 0, 0, -5, 5, 0, 0, 5], false));
      return;
    case "announced":
    case "observed":
      at(brush, points, 1, () => paintCorners(brush, [0, 0, -9, -5, -9, 5], look === "observed"));
      return;
    case "plain":
    case "way":
    case "disputed":
    case "tunnel":
      return;
  }
}

/** Paints at a place of a curve, turned as the curve goes there. */
function at({ context }: Brush, points: readonly number[], t: number, draw: () => void): void {
  const { x, y, angle } = tangentAt(points, t);
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.beginPath();
  context.lineWidth = 1.5;
  draw();
  context.restore();
}

function paintRing({ context }: Brush, width: number): void {
  context.ellipse(0, 0, 2.5, width / 2 + 4.5, 0, 0, 2 * Math.PI);
  context.stroke();
}

/** A bar across the line, on ground, so that it is seen where lines are many. */
function paintBar({ context, palette }: Brush, width: number): void {
  const half = width / 2 + 6;
  const colour = context.strokeStyle;
  for (const [stroke, wide] of [
    [palette.ground, 6],
    [colour, 2.5],
  ] as const) {
    context.beginPath();
    context.moveTo(0, -half);
    context.lineTo(0, half);
    context.strokeStyle = stroke;
    context.lineWidth = wide;
    context.stroke();
  }
}

function paintCorners(brush: Brush, points: readonly number[], full: boolean): void {
  const { context, palette } = brush;
  corners(brush, points);
  context.fillStyle = full ? context.strokeStyle : palette.ground;
  context.fill();
  context.stroke();
}

function corners({ context }: Brush, points: readonly number[]): void {
  for (let i = 0; i < points.length; i += 2) context.lineTo(points[i] ?? 0, points[i + 1] ?? 0);
  context.closePath();
}

/** The thread in ink across a cable on both sides of the seam. */
function paintStitch({ context, palette }: Brush, { width }: LineItem, x: number, y: number): void {
  const colour = context.strokeStyle;
  const half = width / 2 + 3;
  context.beginPath();
  for (const side of [-5, 5]) {
    context.moveTo(x - half, y + side);
    context.lineTo(x + half, y + side);
  }
  context.strokeStyle = palette.ink;
  context.lineWidth = 1.5;
  context.stroke();
  context.strokeStyle = colour;
}
