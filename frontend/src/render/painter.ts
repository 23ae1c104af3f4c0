import { type Brush, dimmed, writePlainly } from "./brush";
import { type BoxItem, type DisplayList, isGround, type TextItem } from "./items";
import { paintBoxes, paintCells } from "./paint-boxes";
import { paintLines, paintSeams } from "./paint-lines";
import { paintBadges, paintBars, paintGlyphs, paintRings } from "./paint-marks";
import type { Size } from "./space";
import { fonts, lineHeight } from "./texts";

/** A screen, and how far beyond it is painted. */
export type Extent = {
  readonly size: Size;
  readonly margin: { readonly x: number; readonly y: number };
};

export function paintGround({ context, palette }: Brush, { size, margin: { x, y } }: Extent): void {
  context.globalAlpha = 1;
  context.fillStyle = palette.ground;
  context.fillRect(-x, -y, size.w + 2 * x, size.h + 2 * y);
}

/** Paints a display list: ground, cables, the bodies that they pass behind, cells, words on top. */
export function paint(brush: Brush, list: DisplayList, extent: Extent): void {
  const { context } = brush;
  paintGround(brush, extent);
  const [grounds, bodies, cells] = layersOf(list.boxes);
  paintBoxes(brush, grounds);
  paintLines(
    brush,
    list.lines.filter(({ over }) => !over),
  );
  paintBoxes(brush, bodies);
  paintSeams(brush, list.seams);
  paintLines(
    brush,
    list.lines.filter(({ over }) => over),
  );
  paintCells(brush, cells);
  paintBars(brush, list.bars);
  paintTexts(
    brush,
    list.texts.filter(({ pinned }) => !pinned),
  );
  paintGlyphs(brush, list.glyphs);
  paintRings(brush, list.rings);
  paintBadges(brush, list.badges);
  context.globalAlpha = 1;
}

/** The grounds that cables run on, what stands on them, and the small things on top. */
function layersOf(boxes: readonly BoxItem[]): [BoxItem[], BoxItem[], BoxItem[]] {
  const layers: [BoxItem[], BoxItem[], BoxItem[]] = [[], [], []];
  for (const box of boxes) {
    if (box.look === "cell") layers[2].push(box);
    else layers[isGround(box) ? 0 : 1].push(box);
  }
  return layers;
}

export function paintTexts(brush: Brush, texts: readonly TextItem[]): void {
  const { context, palette } = brush;
  context.textBaseline = "middle";
  writePlainly(context);
  let font = "";
  for (const text of texts) {
    const wanted = fonts[text.font];
    if (wanted !== font) {
      context.font = wanted;
      font = wanted;
    }
    context.textAlign = text.align;
    if (text.plate) paintPlate(brush, text);
    context.globalAlpha = text.dim ? dimmed : 1;
    context.fillStyle = palette[text.tone];
    context.fillText(text.text, text.x, text.y + 0.5);
  }
}

/** Ground behind a text that stands over lines. */
function paintPlate(
  { context, palette, measure }: Brush,
  { text, font, align, x, y, dim }: TextItem,
): void {
  const width = measure(text, font);
  const height = lineHeight[font];
  const before = align === "left" ? 0 : align === "right" ? width : width / 2;
  context.globalAlpha = dim ? dimmed : 0.85;
  context.fillStyle = palette.ground;
  context.fillRect(x - before - 3, y - height / 2, width + 6, height);
}
