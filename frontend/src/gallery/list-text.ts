import type { DisplayList } from "../render/items";
import { kindName } from "../state/words";
import type { World } from "../state/world";

/**
 * A display list as lines of text, in the order of drawing, in whole pixels:
 * what goldens hold, so that a change of the picture reads as a diff.
 */
export function listText(list: DisplayList, world: World): string {
  const n = (value: number): string => String(Math.round(value));
  const flags = (...all: readonly (string | false)[]): string =>
    all.filter((one) => one !== false).join(" ");
  const name = (id: number): string => world.vertex(id)?.name ?? `v${id}`;
  const lines = [
    ...list.boxes.map(({ look, kind, id, rect, tone, status, hollow, disputed, dim }) =>
      flags(
        `${look} ${kindName(kind)} ${name(id)} at ${n(rect.x)},${n(rect.y)} ${n(rect.w)}x${n(rect.h)} ${tone} ${status}`,
        hollow && "hollow",
        disputed && "disputed",
        dim && "dim",
      ),
    ),
    ...list.seams.map(({ cluster, x1, x2, y, network, owner, open, dim }) =>
      flags(
        `seam ${name(cluster)} ${n(x1)}..${n(x2)} at ${n(y)}: ${network || "?"} | ${owner || "?"}`,
        open && "open",
        dim && "dim",
      ),
    ),
    ...list.lines.map(
      ({ edges, points, curve, width, status, look, blocked, stitch, ends, over, dim }) =>
        flags(
          `${curve ? "curve" : "line"} of ${edges.length} ${points.map(n).join(",")} wide ${width} ${status} ${ends.join("/")}`,
          look !== "plain" && look,
          blocked && "blocked",
          stitch !== undefined && `stitched at ${n(stitch.x)},${n(stitch.y)}`,
          over && "over",
          dim && "dim",
        ),
    ),
    ...list.bars.map(({ rect, parts }) => {
      const shares = parts.map(({ status, count }) => `${status} ${count}`).join(", ");
      return `bar at ${n(rect.x)},${n(rect.y)} ${n(rect.w)}: ${shares}`;
    }),
    ...list.glyphs.map(({ sign, x, y, size }) => `sign ${sign} at ${n(x)},${n(y)} ${n(size)}`),
    ...list.texts.map(({ text, x, y, font, tone, align, plate, dim }) =>
      flags(
        `text "${text}" ${align} ${n(x)},${n(y)} ${font} ${tone}`,
        plate && "plate",
        dim && "dim",
      ),
    ),
    ...list.rings.map(
      ({ rect, look }) => `ring ${look} ${n(rect.x)},${n(rect.y)} ${n(rect.w)}x${n(rect.h)}`,
    ),
    ...list.badges.map(({ text, x, y }) => `badge ${text} at ${n(x)},${n(y)}`),
  ];
  return `${lines.join("\n")}\n`;
}
