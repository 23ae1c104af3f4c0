import type { Brush } from "./brush";
import { tangentAt } from "./curves";
import type { LineItem } from "./items";

/** Where along a curve its mark is: beside the middle, where counts and signs of state stand. */
const markAt = 0.3;

/** Paints what a line carries: a LAG's ring, a session's diamond, an arrowhead, the stitch at a seam. */
export function paintMark(brush: Brush, line: LineItem): void {
  const { context, palette } = brush;
  const { look, points, curve, width, stitch } = line;
  if (stitch !== undefined) paintStitch(brush, line, stitch.x, stitch.y);
  if (!curve || look === "plain" || look === "way" || look === "disputed" || look === "tunnel")
    return;
  const { x, y, angle } = tangentAt(points, look === "announced" ? 1 : markAt);
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.beginPath();
  if (look === "lag") context.ellipse(0, 0, 2.5, width / 2 + 4.5, 0, 0, 2 * Math.PI);
  else if (look === "session") corners(brush, [-5, 0, 0, -5, 5, 0, 0, 5]);
  else corners(brush, [0, 0, -8, -4.5, -8, 4.5]);
  if (look !== "lag") {
    context.fillStyle = palette.ground;
    context.fill();
  }
  context.lineWidth = 1.5;
  context.stroke();
  context.restore();
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
