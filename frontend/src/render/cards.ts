import type { Status } from "../state/freshness";
import type { Vertex } from "../state/graph";
import { illOf, illThings, isEmpty, type Rollup, worstOf } from "../state/rollup";
import { Kind } from "../state/words";
import { illInside } from "./ill";
import type { BoxItem, Font, Tone } from "./items";
import type { Picture } from "./picture";
import { portsOf } from "./ports-of";
import type { CardName } from "./rows";
import type { Rect } from "./space";
import { fitForms, fitName, fitParts, fitText } from "./texts";
import {
  fitBelonging,
  fitCounts,
  insetOf,
  ownerOf,
  partnersOf,
  signRoom,
  staleFor,
  toneOfStatus,
} from "./titles";
import { rankOf, rankText } from "./worst";

/** Pixels that a sign with a number takes at the end of a card's head. */
const countRoom = 28;

/**
 * What a card says that stands for its members. How it is itself stands at its
 * head, before the name; what is wrong inside it stands at the other end, with
 * its count.
 */
export function cardTexts(
  picture: Picture,
  vertex: Vertex,
  { rect, tone, status, dim }: BoxItem,
  name: CardName | undefined,
): void {
  const inset = insetOf(rect);
  const width = rect.w - 2 * inset;
  if (rect.h < 15 || width < 16) {
    const side = Math.min(rect.w, rect.h);
    if (side >= 8)
      picture.sign(status, rect.x + rect.w / 2, rect.y + rect.h / 2, Math.min(12, side - 2));
    return;
  }
  const rollup = picture.scene.rollup(vertex.id);
  const nics = nicRoom(picture, vertex);
  const y = rect.y + (rect.h < 40 ? (nics + rect.h) / 2 : inset + nics + 8);
  const font = fontOf(vertex, rect, name);
  const head = headSign(picture, status, rect, y, name?.isBesideSigns === false);
  const x = rect.x + inset;
  const right = x + width;
  const text = name && fitName(name.text, font, width - head, picture.measure);
  let end = x + head;
  if (text !== undefined) {
    picture.write({ id: vertex.id, text, x: end, y, font, dim });
    end += picture.measure(text, font) + (rect.w < 60 ? 2 : 6);
  }
  const below = y + (font === "site" ? 16 : 12);
  if (text !== undefined && below + 26 > rect.y + rect.h)
    end += ownerBeside(picture, vertex, { x: end, y, width: right - end - countRoom }, dim);
  end += drawRank(picture, vertex, rect, { x: end + 4, y, width: right - end - 4 });
  const at = { x: right, y, width: right - end, top: rect.y };
  cardProblem(picture, { ...vertex, status }, rollup, at);
  const room = { x: rect.x + inset, y: below, w: width, h: rect.y + rect.h - below };
  cardShares(picture, vertex, rollup, room, tone, dim);
}

/** "worst of 10" beside the name, and a ring around that one; returns the pixels that it takes. */
function drawRank(
  picture: Picture,
  { id, kind }: Vertex,
  rect: Rect,
  at: { readonly x: number; readonly y: number; readonly width: number },
): number {
  const text = holds(kind) ? rankText(picture.geometry, id) : "";
  if (text === "") return 0;
  const isWorst = rankOf(picture.geometry, id).rank === 1;
  const status = worstOf(picture.scene.rollup(id))?.status ?? "ok";
  if (isWorst) picture.rings.push({ rect, look: "worst", status });
  const font = isWorst ? "strong" : "small";
  const wide = picture.measure(text, font) + 10;
  if (wide > at.width) return 0;
  picture.write({ text, x: at.x, y: at.y, font, tone: isWorst ? toneOfStatus(status) : "muted" });
  return wide;
}

function fontOf({ kind }: Vertex, { w, h }: Rect, name: CardName | undefined): Font {
  if (kind !== Kind.site && kind !== Kind.cluster && kind !== Kind.region)
    return h < 20 ? "small" : (name?.font ?? "name");
  return kind !== Kind.cluster && w >= 160 && h >= 90 ? "site" : "title";
}

/** The owner beside the name, where no line below is left for it; returns the pixels that it takes. */
function ownerBeside(
  picture: Picture,
  vertex: Vertex,
  { x, y, width }: { readonly x: number; readonly y: number; readonly width: number },
  dim: boolean,
): number {
  const text = fitBelonging(ownerOf(picture, vertex), width, picture.measure);
  if (text === "") return 0;
  picture.write({ text, x, y, font: "small", tone: "muted", dim });
  return picture.measure(text, "small") + 6;
}

/** Pixels at the top of a node's card that its NICs take. */
function nicRoom({ geometry, camera }: Picture, { id, kind }: Vertex): number {
  return kind === Kind.node ? geometry.titleBand(id).top * camera.scale : 0;
}

/** The sign of a box's own state before its name, or on the corner there; returns the pixels that it takes. */
function headSign(
  picture: Picture,
  status: Status,
  rect: Rect,
  y: number,
  isNameAlone: boolean,
): number {
  if (status === "ok") return 0;
  if (rect.w < 60 && isNameAlone) {
    picture.sign(status, rect.x + 3, rect.y + 3, 12);
    return 0;
  }
  picture.sign(status, rect.x + insetOf(rect) + 6, y, 12);
  return signRoom;
}

/** Pixels of a sign on a card, and between it and its number. */
const cardSign = 12;
const signGap = 2;

/** Pixels that the worst inside of a card takes behind its name at least: its sign, and how many if several. */
export function roomInside({ scene, measure }: Picture, vertex: Vertex): number {
  const worst = problemInside(vertex, scene.rollup(vertex.id));
  if (worst === undefined) return 0;
  return 2 + cardSign + (worst.count === 1 ? 0 : signGap + measure(String(worst.count), "small"));
}

/** The worst inside of what is not itself down, stale or unknown: what follows from that is no news. */
function problemInside({ status }: Vertex, rollup: Rollup): ReturnType<typeof worstOf> {
  return status === "ok" || status === "degraded" ? worstOf(rollup) : undefined;
}

/** The worst inside: "✕ 1 pod" beside the name, the sign alone on the corner; of what is stale, since when. */
function cardProblem(
  picture: Picture,
  vertex: Vertex,
  rollup: Rollup,
  at: { readonly x: number; readonly y: number; readonly width: number; readonly top: number },
): void {
  const age = staleFor(picture, vertex);
  if (age !== "") {
    if (picture.measure(age, "small") <= at.width)
      picture.write({ text: age, x: at.x, y: at.y, font: "small", tone: "stale", align: "right" });
    return;
  }
  const worst = problemInside(vertex, rollup);
  if (worst === undefined) return;
  const wide = (text: string): number =>
    cardSign + (text === "" ? 0 : picture.measure(text, "small") + signGap);
  const things = illThings(rollup, worst.status).join(", ");
  const forms = [things, worst.count === 1 ? "" : String(worst.count)];
  const text = forms.find((one) => wide(one) <= at.width);
  if (text === undefined) {
    picture.sign(worst.status, at.x + 2, at.top + 1, cardSign);
    return;
  }
  picture.sign(worst.status, at.x - wide(text) + cardSign / 2, at.y, cardSign);
  if (text === "") return;
  const tone = toneOfStatus(worst.status);
  picture.write({ text, x: at.x, y: at.y, font: "small", tone, align: "right" });
}

/** "1 node down; 2 pods degraded"; where that is too long "1 down; 2 degraded", or as much of it as fits. */
function fitIll(
  { measure }: Picture,
  rollup: Rollup,
  states: readonly Status[],
  width: number,
): string {
  const ill = states.filter((one) => illOf(rollup, one) > 0);
  const whole = ill.map((one) => `${illThings(rollup, one).join(", ")} ${one}`);
  const counts = ill.map((one) => `${illOf(rollup, one)} ${one}`);
  return fitForms([whole, counts], "; ", "small", width, measure);
}

/** What is not well, by lines. */
const illStates: readonly (readonly Status[])[] = [
  ["down", "degraded"],
  ["stale", "unknown"],
];

/** Pixels between two lines of a card. */
const line = 16;

function cardShares(
  picture: Picture,
  vertex: Vertex,
  rollup: Rollup,
  room: Rect,
  tone: Tone,
  dim: boolean,
): void {
  const words = { x: room.x, font: "small", tone: "muted", dim } as const;
  if (isEmpty(rollup)) {
    const nothing = holds(vertex.kind)
      ? fitText("nothing known yet", "small", room.w, picture.measure)
      : undefined;
    if (nothing !== undefined && room.h >= 20)
      picture.write({ ...words, text: nothing, y: room.y + 8 });
    return;
  }
  const parts = (["ok", "degraded", "down", "stale", "unknown"] as const)
    .map((status) => ({ status, count: rollup.status[status] }))
    .filter(({ count }) => count > 0);
  if (room.h < 10 || parts.length === 0) return;
  picture.bars.push({ rect: { x: room.x, y: room.y, w: room.w, h: 6 }, tone, parts, dim });
  let y = room.y + 18;
  const bottom = room.y + room.h - 8;
  for (const text of cardLines(picture, vertex, rollup, { ...words, width: room.w })) {
    if (y > bottom) return;
    picture.write({ ...text, y });
    y += line;
  }
  illMembers(picture, vertex, { ...room, y: y + 4, h: bottom - y - 4 }, dim);
}

/** What there is to say on a card, line by line. */
function cardLines(
  picture: Picture,
  vertex: Vertex,
  rollup: Rollup,
  { width, ...words }: { x: number; font: "small"; tone: "muted"; dim: boolean; width: number },
) {
  const { measure } = picture;
  const ports = vertex.kind === Kind.node ? portsOf(picture.scene, vertex.id) : "";
  const isSite = vertex.kind === Kind.site || vertex.kind === Kind.region;
  const partners = fitParts(partnersOf(picture, vertex), "  ", "small", width, measure);
  // A site's card has room for what it is that is down, which is why it is the worst.
  const wrong = (isSite ? illStates.flat().map((one) => [one]) : illStates).map((states) => ({
    ...words,
    tone: isSite ? ("ink" as const) : words.tone,
    text: fitIll(picture, rollup, states, width),
  }));
  const owner = { ...words, text: fitBelonging(ownerOf(picture, vertex), width, measure) };
  return [
    // Of sites one wants to know first how they are.
    ...(isSite ? [...wrong, owner] : [owner]),
    { ...words, text: fitText(ports, "small", width, measure) ?? "" },
    { ...words, text: fitCounts(rollup, width, measure) },
    ...(isSite ? [{ ...words, text: partners }] : wrong),
  ].filter(({ text }) => text !== "");
}

/** Kinds of which nothing inside means that nobody has told yet. */
function holds(kind: number): boolean {
  return kind === Kind.site || kind === Kind.cluster || kind === Kind.region;
}

/** Who it is that is ill inside, the worst first, a line each while there is room. */
function illMembers(picture: Picture, { id }: Vertex, room: Rect, dim: boolean): void {
  const most = Math.floor(room.h / line);
  if (most < 1) return;
  const all = illInside(picture.geometry, id);
  const shown = all.length > most ? most - 1 : all.length;
  all.slice(0, shown).forEach(({ status, name, what, short }, i) => {
    const y = room.y + i * line + 8;
    const forms = [[`${name}: ${what}`], [`${name}: ${short}`], [name]];
    const text = fitForms(forms, "", "small", room.w - signRoom, picture.measure);
    if (text === "") return;
    picture.sign(status, room.x + 6, y, 12);
    picture.write({ text, x: room.x + signRoom, y, font: "small", dim });
  });
  if (shown < all.length && shown > 0) {
    const text = `and ${all.length - shown} more`;
    const y = room.y + shown * line + 8;
    picture.write({ text, x: room.x + signRoom, y, font: "small", tone: "muted", dim });
  }
}
