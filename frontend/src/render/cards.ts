import type { Vertex } from "../state/graph";
import { illOf, type Rollup, worstOf } from "../state/rollup";
import { Kind } from "../state/words";
import type { BoxItem, Tone } from "./items";
import type { Picture } from "./picture";
import type { Rect } from "./space";
import { fitName, fitText } from "./texts";
import { fitCounts, inset, staleFor, toneOfStatus } from "./titles";

/** What a card says that stands for its members: name, worst state with its count, share bar, counts. */
export function cardTexts(
  picture: Picture,
  vertex: Vertex,
  { rect, tone, dim }: BoxItem,
  name: string | undefined,
): void {
  const width = rect.w - 2 * inset;
  if (rect.h < 15 || width < 16) {
    const side = Math.min(rect.w, rect.h);
    if (side >= 8)
      picture.sign(vertex.status, rect.x + rect.w / 2, rect.y + rect.h / 2, Math.min(12, side - 2));
    return;
  }
  const rollup = picture.scene.rollup(vertex.id);
  const y = rect.h < 40 ? rect.y + rect.h / 2 : rect.y + inset + nicRoom(picture, vertex) + 8;
  const font = vertex.kind === Kind.site || vertex.kind === Kind.cluster ? "title" : "name";
  const text = name === undefined ? undefined : fitName(name, font, width, picture.measure);
  const taken = text === undefined ? 0 : picture.measure(text, font) + 6;
  if (text !== undefined) picture.write({ id: vertex.id, text, x: rect.x + inset, y, font, dim });
  cardProblem(picture, vertex, rollup, {
    x: rect.x + rect.w - inset,
    y,
    width: width - taken,
    top: rect.y,
  });
  const below = y + 12;
  const room = { x: rect.x + inset, y: below, w: width, h: rect.y + rect.h - below };
  cardShares(picture, rollup, room, tone, dim);
}

/** Pixels at the top of a node's card that its NICs take. */
function nicRoom({ geometry, camera }: Picture, { id, kind }: Vertex): number {
  return kind === Kind.node ? geometry.titleBand(id).top * camera.scale : 0;
}

/** The card's own state, else the worst inside with its count: beside the name, or on the corner. */
function cardProblem(
  picture: Picture,
  vertex: Vertex,
  rollup: Rollup,
  at: { readonly x: number; readonly y: number; readonly width: number; readonly top: number },
): void {
  const { status } = vertex;
  const worst = status === "ok" ? worstOf(rollup) : { status, count: 0 };
  if (worst === undefined) return;
  const text = worst.count === 0 ? staleFor(picture, vertex) : String(worst.count);
  const wide = text === "" ? 0 : picture.measure(text, "small") + 3;
  if (wide + 14 > at.width) {
    picture.sign(worst.status, at.x + 3, at.top + 3, 12);
    return;
  }
  picture.sign(worst.status, at.x - wide - 6, at.y, 12);
  const tone = toneOfStatus(worst.status);
  if (text !== "") picture.write({ text, x: at.x, y: at.y, font: "small", tone, align: "right" });
}

/** "1 down, 2 degraded": what is wrong inside, cables included, from the worst; "" when nothing is. */
function illText(rollup: Rollup): string {
  return (["down", "degraded", "stale", "unknown"] as const)
    .map((one) => ({ one, count: illOf(rollup, one) }))
    .flatMap(({ one, count }) => (count === 0 ? [] : [`${count.toLocaleString("en")} ${one}`]))
    .join(", ");
}

function cardShares(picture: Picture, rollup: Rollup, room: Rect, tone: Tone, dim: boolean): void {
  const parts = (["ok", "degraded", "down", "stale", "unknown"] as const)
    .map((status) => ({ status, count: rollup.status[status] }))
    .filter(({ count }) => count > 0);
  if (room.h < 10 || parts.length === 0) return;
  picture.bars.push({ rect: { x: room.x, y: room.y, w: room.w, h: 6 }, tone, parts, dim });
  const text = fitCounts(rollup, room.w, picture.measure);
  if (room.h < 30 || text === "") return;
  const words = { x: room.x, font: "small", tone: "muted", dim } as const;
  picture.write({ ...words, text, y: room.y + 18 });
  const ill = fitText(illText(rollup), "small", room.w, picture.measure);
  if (room.h >= 46 && ill !== undefined) picture.write({ ...words, text: ill, y: room.y + 34 });
}
