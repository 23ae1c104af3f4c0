import type { Brush } from "./brush";
import type { DisplayList } from "./items";
import { traceLine } from "./paint-lines";
import { paintRings } from "./paint-marks";
import type { Hit } from "./pick";
import type { Pulse } from "./pulses";
import type { Size } from "./space";

/** How far a pulse's ring has grown when it is gone. */
const reach = 7;

/** How strong a pulse begins: less than any sign of a state, since what has changed may well be well. */
const strength = 0.55;

/** Rings that grow and fade around what has changed; with less motion, dots on their corners. */
export function paintPulses({ context, palette }: Brush, pulses: readonly Pulse[]): void {
  for (const { rect, age, still } of pulses) {
    context.globalAlpha = still ? 1 : strength * (1 - age);
    context.beginPath();
    if (still) {
      context.arc(rect.x + rect.w, rect.y, 3, 0, 2 * Math.PI);
      context.fillStyle = palette.muted;
      context.fill();
      continue;
    }
    const grown = 1 + age * reach;
    context.roundRect(
      rect.x - grown,
      rect.y - grown,
      rect.w + 2 * grown,
      rect.h + 2 * grown,
      4 + grown,
    );
    context.strokeStyle = palette.muted;
    context.lineWidth = 1.5;
    context.stroke();
  }
  context.globalAlpha = 1;
}

export function paintHover(brush: Brush, list: DisplayList, hover: Hit): void {
  if (hover.type === "vertex") {
    const box = list.boxes.find(({ id }) => id === hover.id);
    if (box !== undefined) paintRings(brush, [{ rect: box.rect, look: "hover" }]);
    return;
  }
  const [edge] = hover.line.edges;
  const line = list.lines.find(({ edges }) => edge !== undefined && edges.includes(edge));
  if (line === undefined) return;
  const { context, palette } = brush;
  context.globalAlpha = 1;
  context.strokeStyle = palette.ink;
  context.lineWidth = line.width + 1;
  traceLine(context, line);
  context.stroke();
}

/** Grey over everything: nothing of this is known to be so now. */
export function paintOffline({ context, palette }: Brush, { w, h }: Size): void {
  context.globalCompositeOperation = "saturation";
  context.fillStyle = "#808080";
  context.fillRect(0, 0, w, h);
  context.globalCompositeOperation = "source-over";
  context.globalAlpha = 0.5;
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, w, h);
  context.globalAlpha = 1;
}
