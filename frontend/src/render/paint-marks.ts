import { type Brush, type Context, dimmed, writePlainly } from "./brush";
import type { BadgeItem, BarItem, GlyphItem, RingItem } from "./items";
import type { Palette } from "./palette";
import type { Rect } from "./space";
import { fonts } from "./texts";
import { badgeSize, badgeWidth } from "./way";

/** Shares by state. What is there at all is at least three pixels wide. */
export function paintBars(brush: Brush, bars: readonly BarItem[]): void {
  const { context } = brush;
  for (const bar of bars) {
    const { rect, parts, dim } = bar;
    const total = parts.reduce((sum, { count }) => sum + count, 0);
    let { x } = rect;
    for (const { status, count } of parts) {
      const wide = Math.max(3, (rect.w * count) / total);
      const w = Math.min(wide, rect.x + rect.w - x);
      context.globalAlpha = dim ? dimmed : 1;
      paintShare(brush, bar, status, { x, y: rect.y, w, h: rect.h });
      x += wide;
    }
  }
  context.globalAlpha = 1;
}

/**
 * One share. Without colours they differ, too: what is down is full and stands
 * out above and below, what is degraded has stripes, what is stale or unknown is
 * an outline.
 */
function paintShare(
  { context, palette }: Brush,
  { tone }: BarItem,
  status: BarItem["parts"][number]["status"],
  { x, y, w, h }: Rect,
): void {
  const alpha = context.globalAlpha;
  context.fillStyle = status === "ok" ? palette[tone] : palette[status];
  switch (status) {
    case "ok":
      context.globalAlpha = alpha * 0.45;
      context.fillRect(x, y, w, h);
      break;
    case "down":
      context.fillRect(x, y - 2, w, h + 4);
      break;
    case "degraded":
      context.globalAlpha = alpha * 0.35;
      context.fillRect(x, y, w, h);
      context.globalAlpha = alpha;
      for (let at = 0; at < w; at += 4) context.fillRect(x + at, y, Math.min(2, w - at), h);
      break;
    case "stale":
    case "unknown":
      context.strokeStyle = palette[status];
      context.lineWidth = 1;
      context.strokeRect(x + 0.5, y + 0.5, Math.max(1, w - 1), h - 1);
      break;
  }
  context.globalAlpha = alpha;
}

export function paintRings({ context, palette }: Brush, rings: readonly RingItem[]): void {
  context.globalAlpha = 1;
  for (const ring of rings) {
    const { rect, look } = ring;
    const gap = look === "selected" ? 3 : 1;
    context.strokeStyle =
      ring.look === "worst" && ring.status !== "ok" ? palette[ring.status] : palette.ink;
    context.lineWidth = look === "hover" ? 1 : look === "worst" ? 3 : 2;
    context.beginPath();
    context.roundRect(rect.x - gap, rect.y - gap, rect.w + 2 * gap, rect.h + 2 * gap, 6);
    context.stroke();
  }
}

/** Numbers in ground on ink. */
export function paintBadges(
  { context, palette, measure }: Brush,
  badges: readonly BadgeItem[],
): void {
  context.globalAlpha = 1;
  context.font = fonts.strong;
  writePlainly(context);
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { text, x, y } of badges) {
    const width = badgeWidth({ measure }, text);
    context.beginPath();
    context.roundRect(x - width / 2, y - badgeSize / 2, width, badgeSize, badgeSize / 2);
    context.fillStyle = palette.ink;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = palette.ground;
    context.stroke();
    context.fillStyle = palette.ground;
    context.fillText(text, x, y + 0.5);
  }
}

/** Signs are shapes, not letters of a font: sharp, and the same everywhere. */
export function paintGlyphs({ context, palette }: Brush, glyphs: readonly GlyphItem[]): void {
  context.globalAlpha = 1;
  for (const glyph of glyphs) {
    const half = glyph.size / 2;
    context.save();
    context.translate(glyph.x, glyph.y);
    // A little ground around it keeps a sign legible over lines and fills.
    context.lineJoin = "round";
    paintSign(context, palette, glyph.sign, half);
    context.restore();
  }
}

function paintSign(
  context: Context,
  palette: Palette,
  sign: GlyphItem["sign"],
  half: number,
): void {
  switch (sign) {
    case "down":
      paintCross(context, palette, half);
      return;
    case "degraded":
      paintTriangle(context, palette, half);
      return;
    case "stale":
      paintClock(context, palette, half);
      return;
    case "unknown":
      paintQuestion(context, palette, half);
      return;
    case "disputed":
      paintNotEqual(context, palette, half);
      return;
  }
}

function paintCross(context: Context, palette: Palette, half: number): void {
  const arm = half * 0.8;
  for (const [colour, width] of [
    [palette.ground, half * 0.9],
    [palette.down, half * 0.45],
  ] as const) {
    context.beginPath();
    context.moveTo(-arm, -arm);
    context.lineTo(arm, arm);
    context.moveTo(arm, -arm);
    context.lineTo(-arm, arm);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.lineCap = "round";
    context.stroke();
  }
}

function paintTriangle(context: Context, palette: Palette, half: number): void {
  context.beginPath();
  context.moveTo(0, -half * 0.9);
  context.lineTo(half, half * 0.8);
  context.lineTo(-half, half * 0.8);
  context.closePath();
  context.strokeStyle = palette.ground;
  context.lineWidth = 2;
  context.stroke();
  context.fillStyle = palette.degraded;
  context.fill();
}

function paintClock(context: Context, palette: Palette, half: number): void {
  context.beginPath();
  context.arc(0, 0, half * 0.9, 0, 2 * Math.PI);
  context.fillStyle = palette.ground;
  context.fill();
  context.strokeStyle = palette.stale;
  context.lineWidth = Math.max(1, half * 0.22);
  context.stroke();
  context.beginPath();
  context.moveTo(0, -half * 0.55);
  context.lineTo(0, 0);
  context.lineTo(half * 0.45, 0);
  context.stroke();
}

function paintNotEqual(context: Context, palette: Palette, half: number): void {
  for (const [colour, width] of [
    [palette.ground, half * 0.8],
    [palette.ink, half * 0.28],
  ] as const) {
    context.beginPath();
    for (const y of [-0.3, 0.3]) {
      context.moveTo(-half * 0.75, y * half);
      context.lineTo(half * 0.75, y * half);
    }
    context.moveTo(-half * 0.4, half * 0.8);
    context.lineTo(half * 0.4, -half * 0.8);
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.lineCap = "round";
    context.stroke();
  }
}

/** In ink on ground within a dotted ring: a grey letter alone is no sign. */
function paintQuestion(context: Context, palette: Palette, half: number): void {
  context.beginPath();
  context.arc(0, 0, half * 1.05, 0, 2 * Math.PI);
  context.fillStyle = palette.ground;
  context.fill();
  context.strokeStyle = palette.unknown;
  context.lineWidth = 1;
  context.setLineDash([1.5, 1.5]);
  context.stroke();
  context.setLineDash([]);
  context.font = `600 ${Math.round(half * 1.8)}px "Inter", sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = palette.ink;
  context.fillText("?", 0, 0.5);
}
