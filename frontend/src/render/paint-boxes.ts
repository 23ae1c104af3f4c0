import { Role } from "../state/words";
import { type Brush, type Context, dimmed } from "./brush";
import { type BoxItem, isGround } from "./items";
import type { Palette } from "./palette";
import type { Rect } from "./space";

const cellFill = 0.22;
const bodyFill = { card: 0.08, container: 0.04, area: 0.03, floor: 0.03 } as const;
const downFill = { cell: 0.9, card: 0.25, container: 0.15, area: 0, floor: 0 } as const;
/** Cells by the same brush are painted at once: they stand side by side, never on each other. */
export function paintCells(brush: Brush, cells: readonly BoxItem[]): void {
  const batches = new Map<string, BoxItem[]>();
  for (const cell of cells) {
    const isSpeck = Math.min(cell.rect.w, cell.rect.h) < leastOutline;
    const key = `${isSpeck} ${cell.status} ${cell.tone} ${cell.hollow} ${cell.disputed} ${cell.dim}`;
    const batch = batches.get(key);
    if (batch === undefined) batches.set(key, [cell]);
    else batch.push(cell);
  }
  for (const batch of batches.values()) paintBatch(brush, batch);
}

function paintBatch(brush: Brush, batch: readonly BoxItem[]): void {
  const { context, palette } = brush;
  const [first] = batch;
  // The hatch of what is stale is clipped to each.
  if (first === undefined || first.status === "stale" || first.disputed || batch.length < 8) {
    paintBoxes(brush, batch);
    return;
  }
  context.globalAlpha = first.dim ? dimmed : 1;
  context.beginPath();
  if (Math.min(first.rect.w, first.rect.h) < leastOutline) {
    for (const { rect } of batch)
      context.rect(rect.x, rect.y, Math.max(1, rect.w), Math.max(1, rect.h));
    fillSpeck(brush, first);
  } else {
    for (const { rect } of batch) addTo(context, rect, Math.min(3, rect.h / 4));
    hideBehind(brush);
    fillBox(brush, first);
    context.strokeStyle = outline(palette, first);
    context.lineWidth = first.status === "ok" || first.status === "unknown" ? 1 : 1.5;
    context.setLineDash(dashOf(first));
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

/** Cells with sides below this are too small for an outline: they are all fill. */
const leastOutline = 6;

export function paintBoxes(brush: Brush, boxes: readonly BoxItem[]): void {
  const { context } = brush;
  for (const box of boxes) {
    context.globalAlpha = box.dim ? dimmed : 1;
    if (Math.min(box.rect.w, box.rect.h) < leastOutline) paintSpeck(brush, box);
    else paintBox(brush, box);
  }
  context.setLineDash([]);
  context.globalAlpha = 1;
}

function paintSpeck(brush: Brush, box: BoxItem): void {
  const { x, y, w, h } = box.rect;
  brush.context.beginPath();
  brush.context.rect(x, y, Math.max(1, w), Math.max(1, h));
  fillSpeck(brush, box);
}

function fillSpeck({ context, palette }: Brush, box: BoxItem): void {
  const alpha = context.globalAlpha;
  context.globalAlpha = alpha * (box.hollow && box.status === "ok" ? 0.35 : 0.85);
  context.fillStyle = outline(palette, box);
  context.fill();
  context.globalAlpha = alpha;
}

function paintBox(brush: Brush, box: BoxItem): void {
  const { context, palette } = brush;
  const { rect, status } = box;
  const radius = box.look === "cell" ? Math.min(3, rect.h / 4) : 5;
  trace(context, rect, radius);
  if (!isGround(box)) hideBehind(brush);
  fillBox(brush, box);
  if (box.role === Role.tier || box.role === Role.shelf) return; // a shade of ground is enough
  if (status === "stale" || box.role === Role.zone) hatch(context, palette, rect);
  context.strokeStyle = outline(palette, box);
  context.lineWidth = status === "ok" || status === "unknown" ? 1 : 1.5;
  context.setLineDash(dashOf(box));
  trace(context, rect, radius);
  context.stroke();
  if (box.disputed) paintSecond(brush, rect);
}

/** The inner of the two outlines of what is disputed. */
function paintSecond({ context, palette }: Brush, { x, y, w, h }: Rect): void {
  if (Math.min(w, h) < 9) return;
  context.strokeStyle = palette.ink;
  context.lineWidth = 1;
  context.setLineDash([]);
  trace(context, { x: x + 3, y: y + 3, w: w - 6, h: h - 6 }, 2);
  context.stroke();
}

function hideBehind({ context, palette }: Brush): void {
  const alpha = context.globalAlpha;
  context.globalAlpha = 1;
  context.fillStyle = palette.ground;
  context.fill();
  context.globalAlpha = alpha;
}

/** Fills the path of a box: faintly, except that what is down is full of it. */
function fillBox({ context, palette }: Brush, { look, status, tone, hollow }: BoxItem): void {
  const down = status === "down";
  if (hollow && !down) return;
  const alpha = context.globalAlpha;
  const strength = look === "cell" ? cellFill : bodyFill[look];
  context.globalAlpha = alpha * (down ? downFill[look] : strength);
  context.fillStyle = down ? palette.down : status === "stale" ? palette.stale : palette[tone];
  context.fill();
  context.globalAlpha = alpha;
}

function outline(palette: Palette, { status, tone, hollow }: BoxItem): string {
  switch (status) {
    case "down":
      return palette.down;
    case "degraded":
      return palette.degraded;
    case "stale":
      return palette.stale;
    case "unknown":
    case "ok":
      return hollow && status === "ok" ? palette.muted : palette[tone];
  }
}

function dashOf({ status, tone, role }: BoxItem): number[] {
  if (status === "unknown") return [1.5, 3];
  if (role === Role.tray || role === Role.zone || role === Role.more) return [2, 3];
  return tone === "network" ? [5, 3] : [];
}

function trace(context: Context, rect: Rect, radius: number): void {
  context.beginPath();
  addTo(context, rect, radius);
}

function addTo(context: Context, { x, y, w, h }: Rect, radius: number): void {
  // On half pixels, so that an outline of one pixel is one pixel.
  const left = Math.round(x) + 0.5;
  const top = Math.round(y) + 0.5;
  context.roundRect(
    left,
    top,
    Math.max(1, Math.round(x + w) - 0.5 - left),
    Math.max(1, Math.round(y + h) - 0.5 - top),
    radius,
  );
}

/** Lines at 45° over a rectangle. */
function hatch(context: Context, palette: Palette, { x, y, w, h }: Rect): void {
  context.save();
  context.clip();
  context.strokeStyle = palette.hatch;
  context.lineWidth = 1;
  context.setLineDash([]);
  context.beginPath();
  const step = 6;
  for (let at = Math.floor((x - h) / step) * step; at < x + w; at += step) {
    context.moveTo(at, y + h);
    context.lineTo(at + h, y);
  }
  context.stroke();
  context.restore();
}
