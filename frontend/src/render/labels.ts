import type { Status } from "../state/freshness";
import type { Vertex } from "../state/graph";
import { type Rollup, worstOf } from "../state/rollup";
import { Kind } from "../state/words";
import { titleBand } from "./geometry";
import type { BoxItem, Font, Tone } from "./items";
import type { Picture } from "./picture";
import { clamp, type Rect } from "./space";
import { fitText } from "./texts";

const edge = 8;

/** The title of a container that shows its members: name, problems, counts, in its own strip. */
export function containerTitle(picture: Picture, vertex: Vertex, { rect, dim }: BoxItem): void {
  const { scene, camera, measure } = picture;
  const band = titleBand(scene, vertex.id);
  const top = rect.y + band.top * camera.scale;
  const height = (band.bottom - band.top) * camera.scale;
  const font = titleFont(vertex.kind, height);
  // A container that reaches above the screen keeps its title in sight while there is room for it.
  const y = Math.max(top + Math.min(height / 2, 16), Math.min(12, rect.y + rect.h - 12));
  const left = Math.max(rect.x, 0) + edge;
  const right = Math.min(rect.x + rect.w, picture.size.w) - edge;
  const name = fitText(vertex.name, font, right - left, measure);
  if (name === undefined) return;
  const pinned = y > top + height;
  picture.texts.push({
    id: vertex.id,
    text: name,
    x: left,
    y,
    font,
    tone: "ink",
    align: "left",
    plate: pinned,
    dim,
  });
  let x = left + measure(name, font) + 10;
  if (pinned) return;
  const rollup = scene.rollup(vertex.id);
  x = problems(picture, rollup, vertex, { x, y, right });
  const counts = countText(rollup);
  if (counts === "" || x + measure(counts, "small") > right) return;
  picture.texts.push({
    id: 0,
    text: counts,
    x,
    y,
    font: "small",
    tone: "muted",
    align: "left",
    plate: false,
    dim,
  });
}

function titleFont(kind: number, height: number): Font {
  if (kind === Kind.site && height >= 26) return "site";
  if (kind === Kind.site || kind === Kind.cluster) return "title";
  return "name";
}

/** The signs with counts of what is wrong inside, worst first; returns where they end. */
function problems(
  picture: Picture,
  rollup: Rollup,
  vertex: Vertex,
  at: { readonly x: number; readonly y: number; readonly right: number },
): number {
  let { x } = at;
  picture.sign(vertex.status, x + 6, at.y, 12);
  if (vertex.status !== "ok") x += 20;
  for (const status of ["down", "degraded", "stale", "unknown"] as const) {
    const count = rollup.status[status];
    if (count === 0) continue;
    const text = String(count);
    const width = 16 + picture.measure(text, "small");
    if (x + width > at.right) break;
    picture.sign(status, x + 6, at.y, 12);
    picture.texts.push({
      id: 0,
      text,
      x: x + 15,
      y: at.y,
      font: "small",
      tone: toneOfStatus(status),
      align: "left",
      plate: false,
      dim: false,
    });
    x += width + 8;
  }
  return x;
}

export function toneOfStatus(status: Status): Tone {
  switch (status) {
    case "ok":
      return "ink";
    case "degraded":
    case "down":
    case "stale":
    case "unknown":
      return status;
  }
}

/** "16 nodes · 160 pods" */
export function countText(rollup: Rollup): string {
  const part = (count: number, word: string): string[] =>
    count === 0 ? [] : [`${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`];
  return [
    ...part(rollup.devices, "device"),
    ...part(rollup.nodes, "node"),
    ...part(rollup.pods, "pod"),
    ...part(rollup.services, "service"),
  ].join(" · ");
}

/** What a card says that stands for its members: name, worst state with its count, share bar, counts. */
export function cardTexts(picture: Picture, vertex: Vertex, { rect, tone, dim }: BoxItem): void {
  const { measure } = picture;
  const width = rect.w - 2 * edge;
  if (rect.h < 15 || width < 16) {
    const side = Math.min(rect.w, rect.h);
    if (side >= 8)
      picture.sign(vertex.status, rect.x + rect.w / 2, rect.y + rect.h / 2, Math.min(12, side - 2));
    return;
  }
  const rollup = picture.scene.rollup(vertex.id);
  const nameY = rect.h < 40 ? rect.y + rect.h / 2 : rect.y + edge + nicRoom(picture, vertex) + 8;
  const font = vertex.kind === Kind.site || vertex.kind === Kind.cluster ? "title" : "name";
  const used = cardProblem(picture, vertex, rollup, { x: rect.x + rect.w - edge, y: nameY, width });
  const name = fitText(vertex.name, font, width - used, measure);
  if (name !== undefined) {
    picture.texts.push({
      id: vertex.id,
      text: name,
      x: rect.x + edge,
      y: nameY,
      font,
      tone: "ink",
      align: "left",
      plate: false,
      dim,
    });
  }
  cardShares(
    picture,
    rollup,
    { x: rect.x + edge, y: nameY + 12, w: width, h: rect.y + rect.h - nameY - 12 },
    tone,
    dim,
  );
}

/** Pixels at the top of a node's card that its NICs take. */
function nicRoom({ scene, camera }: Picture, { id, kind }: Vertex): number {
  return kind === Kind.node ? titleBand(scene, id).top * camera.scale : 0;
}

/** The card's own state, else the worst inside with its count, at the right; returns the pixels used. */
function cardProblem(
  picture: Picture,
  vertex: Vertex,
  rollup: Rollup,
  at: { readonly x: number; readonly y: number; readonly width: number },
): number {
  const own = vertex.status === "ok" ? undefined : { status: vertex.status, count: 0 };
  const worst = own ?? worstOf(rollup);
  if (worst === undefined) return 0;
  const text = worst.count === 0 ? "" : String(worst.count);
  const wide = text === "" ? 0 : picture.measure(text, "small") + 4;
  if (wide + 14 > at.width) return 0;
  picture.sign(worst.status, at.x - wide - 6, at.y, 12);
  if (text !== "") {
    picture.texts.push({
      id: 0,
      text,
      x: at.x,
      y: at.y,
      font: "small",
      tone: toneOfStatus(worst.status),
      align: "right",
      plate: false,
      dim: false,
    });
  }
  return wide + 20;
}

function cardShares(picture: Picture, rollup: Rollup, room: Rect, tone: Tone, dim: boolean): void {
  const parts = (["ok", "degraded", "down", "stale", "unknown"] as const)
    .map((status) => ({ status, count: rollup.status[status] }))
    .filter(({ count }) => count > 0);
  if (room.h < 10 || parts.length === 0) return;
  picture.bars.push({ rect: { x: room.x, y: room.y, w: room.w, h: 6 }, tone, parts, dim });
  const counts = fitText(countText(rollup), "small", room.w, picture.measure);
  if (room.h < 30 || counts === undefined) return;
  picture.texts.push({
    id: 0,
    text: counts,
    x: room.x,
    y: room.y + 18,
    font: "small",
    tone: "muted",
    align: "left",
    plate: false,
    dim,
  });
}

/** Names cells row by row: all of a row or none of it. */
export function labelRows(picture: Picture, members: readonly number[]): void {
  const rows = new Map<string, number[]>();
  for (const id of members) {
    const box = picture.scene.box(id);
    const kind = picture.scene.kindOf(id);
    if (box === undefined || !isNamedCell(kind)) continue;
    const key = `${kind} ${box.y}`;
    const row = rows.get(key);
    if (row === undefined) rows.set(key, [id]);
    else row.push(id);
  }
  for (const row of rows.values()) labelRow(picture, row);
}

function isNamedCell(kind: number): boolean {
  switch (kind) {
    case Kind.port:
    case Kind.nic:
    case Kind.pod:
    case Kind.workload:
    case Kind.service:
    case Kind.vip:
      return true;
    default:
      return false;
  }
}

function labelRow(picture: Picture, row: readonly number[]): void {
  const named = row.map((id) => label(picture, id));
  if (named.some((one) => one === undefined)) return;
  for (const one of named) {
    if (one !== undefined && picture.isSeen(one.rect)) picture.texts.push(one.item);
  }
}

function label(picture: Picture, id: number) {
  const rect = picture.rect(id);
  const vertex = picture.scene.vertex(id);
  if (rect === undefined || vertex === undefined || rect.h < 13) return undefined;
  const font: Font = vertex.kind === Kind.port || vertex.kind === Kind.nic ? "mono" : "small";
  // Room for the sign on the left, kept free even where there is none, so that names of a row align.
  const sign = vertex.status === "ok" ? 0 : clamp(rect.h, 9, 14) + 4;
  const width = rect.w - 6 - sign;
  const text = width < 12 ? undefined : fitText(vertex.name, font, width, picture.measure);
  if (text === undefined) return undefined;
  const item = {
    id,
    text,
    x: rect.x + sign + (rect.w - sign) / 2,
    y: rect.y + rect.h / 2,
    font,
    tone: "ink",
    align: "center",
    plate: false,
    dim: picture.isDim(id),
  } as const;
  return { rect, item };
}
