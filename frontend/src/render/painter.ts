import { type Brush, dimmed } from "./brush";
import type { DisplayList, TextItem } from "./items";
import { paintBoxes } from "./paint-boxes";
import { paintLines, paintSeams } from "./paint-lines";
import { paintBars, paintGlyphs, paintRings } from "./paint-marks";
import type { Size } from "./space";
import { fonts, lineHeight } from "./texts";

/** Paints a display list: ground, then bodies, cables over them, cells over the cables, words on top. */
export function paint(brush: Brush, list: DisplayList, size: Size): void {
  const { context, palette } = brush;
  context.globalAlpha = 1;
  context.fillStyle = palette.ground;
  context.fillRect(0, 0, size.w, size.h);
  paintBoxes(
    brush,
    list.boxes.filter(({ look }) => look !== "cell"),
  );
  paintSeams(brush, list.seams);
  paintLines(brush, list.lines);
  paintBoxes(
    brush,
    list.boxes.filter(({ look }) => look === "cell"),
  );
  paintBars(brush, list.bars);
  paintTexts(brush, list.texts);
  paintGlyphs(brush, list.glyphs);
  paintRings(brush, list.rings);
  context.globalAlpha = 1;
}

function paintTexts(brush: Brush, texts: readonly TextItem[]): void {
  const { context, palette } = brush;
  context.textBaseline = "middle";
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
