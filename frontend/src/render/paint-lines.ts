import { type Brush, type Context, dimmed } from "./brush";
import type { Dot, LineItem, SeamItem } from "./items";
import { paintMark } from "./paint-looks";
import type { Palette } from "./palette";

/** Pixels between two stitches of a seam. */
const stitch = 8;

export function paintLines(brush: Brush, lines: readonly LineItem[]): void {
  const { context } = brush;
  for (const line of lines) {
    context.globalAlpha = line.dim ? dimmed : 1;
    const colour = lineColour(brush.palette, line);
    for (const stroke of strokesOf(line)) paintStroke(brush, line, stroke, colour);
    context.strokeStyle = colour;
    paintMark(brush, line);
    const { points } = line;
    paintDot(brush, line, line.ends[0], points[0] ?? 0, points[1] ?? 0);
    paintDot(brush, line, line.ends[1], points.at(-2) ?? 0, points.at(-1) ?? 0);
  }
  context.globalAlpha = 1;
}

type Stroke = { readonly width: number; readonly ground: boolean; readonly dash: number[] };

/** What a line is painted of, from beneath: strokes of its colour and of ground. */
function strokesOf({ look, width, dash }: LineItem): Stroke[] {
  const own: Stroke = { width, ground: false, dash: [...dash] };
  switch (look) {
    case "way": // ground on both sides, so that it stands out of the lines that it crosses
      return [{ width: width + 4, ground: true, dash: [] }, own];
    case "lag":
      return [
        { ...own, width: width + 3 },
        { width, ground: true, dash: [] },
      ];
    case "disputed":
      return [{ ...own, width: width + 6 }, { width: width + 4, ground: true, dash: [] }, own];
    case "plain":
    case "member":
    case "observed":
    case "session":
    case "tunnel":
    case "announced":
      return [own];
  }
}

function paintStroke(
  { context, palette }: Brush,
  line: LineItem,
  { width, ground, dash }: Stroke,
  colour: string,
): void {
  const alpha = context.globalAlpha;
  // A dimmed LAG is two lines, too.
  if (ground) context.globalAlpha = 1;
  context.strokeStyle = ground ? palette.ground : colour;
  context.lineWidth = width;
  context.setLineDash(dash);
  traceLine(context, line);
  context.stroke();
  context.setLineDash([]);
  context.globalAlpha = alpha;
}

export function traceLine(context: Context, { points, curve }: LineItem): void {
  const at = (i: number): number => points[i] ?? 0;
  context.beginPath();
  context.moveTo(at(0), at(1));
  if (curve) context.bezierCurveTo(at(2), at(3), at(4), at(5), at(6), at(7));
  else traceCorners(context, points);
}

/** Straight pieces with rounded corners. */
function traceCorners(context: Context, points: readonly number[]): void {
  const at = (i: number): number => points[i] ?? 0;
  for (let i = 2; i + 3 < points.length; i += 2) {
    const before = Math.hypot(at(i) - at(i - 2), at(i + 1) - at(i - 1));
    const after = Math.hypot(at(i + 2) - at(i), at(i + 3) - at(i + 1));
    context.arcTo(at(i), at(i + 1), at(i + 2), at(i + 3), Math.min(6, before / 2, after / 2));
  }
  context.lineTo(at(points.length - 2), at(points.length - 1));
}

function lineColour(palette: Palette, { status, tone }: LineItem): string {
  switch (status) {
    case "ok":
      return palette[tone];
    case "degraded":
    case "down":
    case "stale":
    case "unknown":
      return palette[status];
  }
}

/** At an end that reports the cable itself a full dot, else a ring. */
function paintDot(
  { context, palette }: Brush,
  line: LineItem,
  dot: Dot,
  x: number,
  y: number,
): void {
  if (dot === "none") return;
  context.beginPath();
  context.arc(x, y, 2.5, 0, 2 * Math.PI);
  context.fillStyle = dot === "filled" ? lineColour(palette, line) : palette.ground;
  context.fill();
  context.lineWidth = 1;
  context.stroke();
}

/**
 * A double line in ink with a stitch every eight pixels. A stitch is sewn to the
 * side whose owner is known, and open on the other: there it does not meet the line.
 */
export function paintSeams({ context, palette }: Brush, seams: readonly SeamItem[]): void {
  context.strokeStyle = palette.ink;
  // What of the canvas can be seen, in the pixels that are painted in.
  const { a, e } = context.getTransform();
  const [left, right] = [-e / a - stitch, (context.canvas.width - e) / a + stitch];
  for (const { x1, x2, y, network, owner, dim } of seams) {
    const from = Math.max(x1, left);
    const to = Math.min(x2, right);
    if (to <= from) continue;
    context.globalAlpha = dim ? dimmed : 0.85;
    context.lineWidth = 1;
    context.beginPath();
    const middle = Math.round(y);
    for (const side of [-1.5, 1.5]) {
      context.moveTo(from, middle + side);
      context.lineTo(to, middle + side);
    }
    // Stitches stay where they are on the seam when it is cut off at the screen's edge.
    for (let x = x1 + Math.ceil((from - x1) / stitch) * stitch + stitch / 2; x < to; x += stitch) {
      const place = Math.round(x) + 0.5;
      traceStitch(context, place, middle, -1, network !== "");
      traceStitch(context, place, middle, 1, owner !== "");
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

function traceStitch(
  context: Context,
  x: number,
  middle: number,
  side: 1 | -1,
  sewn: boolean,
): void {
  context.moveTo(x, middle + side * (sewn ? 0 : 4));
  context.lineTo(x, middle + side * (sewn ? 5 : 6));
}
