import type { Status } from "../state/freshness";
import type { Vertex } from "../state/graph";
import { illOf, illThings, type Rollup } from "../state/rollup";
import { Kind } from "../state/words";
import { isTitleOutside, outsideHeight } from "./ground";
import type { BoxItem, Font, Tone } from "./items";
import { networkOwner } from "./owners";
import type { Picture } from "./picture";
import { portsOf } from "./ports-of";
import type { Rect } from "./space";
import { ageText, fitName, type Measure } from "./texts";

/** Pixels between a box's edge and its texts. */
export const inset = 6;
/** Pixels that the sign of a box's own state takes before its name. */
export const signRoom = 16;

/** Small cards have less of an edge, so that a name still fits. */
export function insetOf({ w }: Rect): number {
  return w < 60 ? 3 : inset;
}

/** The title of a container that shows its members: name, what is wrong, how much there is. */
export function containerTitle(picture: Picture, vertex: Vertex, { rect, dim }: BoxItem): void {
  const { scene, measure } = picture;
  const { y, pinned, plate, font } = placeOf(picture, vertex, rect);
  const edge = Math.max(rect.x, 0) + inset;
  const left = vertex.status === "ok" || pinned ? edge : edge + signRoom;
  const right = Math.min(rect.x + rect.w, picture.size.w) - inset;
  const text = fitName(vertex.name, font, right - left, measure);
  if (text === undefined) return;
  picture.write({ id: vertex.id, text, x: left, y, font, plate, pinned, dim, rank: "title" });
  // A title that is only held in sight says no more than whose inside this is.
  if (pinned) return;
  picture.sign(vertex.status, edge + 6, y, 12);
  const rollup = scene.rollup(vertex.id);
  const end = problems(picture, rollup, vertex, { x: left + measure(text, font) + 10, y, right });
  let x = end;
  for (const text of [
    belongingOf(picture, vertex),
    countText(rollup),
    ...partnersOf(picture, vertex),
  ]) {
    if (text === "" || x + measure(text, "small") > right) continue;
    picture.write({ text, x, y, font: "small", tone: "muted", plate, dim, rank: "count" });
    x += measure(text, "small") + 14;
  }
}

/** Who answers for a cluster, and for a site's network; of a node, the ports that it hangs on. */
function belongingOf({ geometry, scene }: Picture, { id, kind, owner }: Vertex): string {
  if (kind === Kind.node) return portsOf(scene, id);
  if (kind === Kind.cluster) return `owner: ${owner || "unknown"}`;
  // Of a site whose devices have not arrived it cannot be said that nobody owns them.
  const isKnown = scene.childrenOf(id).some((child) => scene.kindOf(child) === Kind.device);
  if (kind !== Kind.site || !isKnown) return "";
  return `network owner: ${networkOwner(geometry, id) || "unknown"}`;
}

/** "⇄ ams1 2 links": the sites that a site is joined with, and by how much. */
function partnersOf({ geometry, scene }: Picture, { id, kind }: Vertex): string[] {
  if (kind !== Kind.site) return [];
  const counts = new Map<number, number>();
  for (const { a, b, edges } of geometry.strands.crossing(id)) {
    const ends = [a, b].map((device) => geometry.holder(device, Kind.site));
    const partner = ends[0] === id ? ends[1] : ends[0];
    if (partner !== undefined && partner !== 0 && partner !== id)
      counts.set(partner, (counts.get(partner) ?? 0) + edges.length);
  }
  return [...counts].map(
    ([site, count]) =>
      `⇄ ${scene.vertex(site)?.name ?? "a site"} ${count} link${count === 1 ? "" : "s"}`,
  );
}

type Place = {
  readonly y: number;
  readonly pinned: boolean;
  readonly plate: boolean;
  readonly font: Font;
};

function placeOf(picture: Picture, { id, kind }: Vertex, rect: Rect): Place {
  const { geometry, camera } = picture;
  const font = kind === Kind.site || kind === Kind.cluster ? "title" : "name";
  if (isTitleOutside(picture, id, kind))
    return { y: rect.y - outsideHeight / 2 + 1, pinned: false, plate: true, font };
  const band = geometry.titleBand(id);
  const top = rect.y + band.top * camera.scale;
  const height = (band.bottom - band.top) * camera.scale;
  // A container that reaches above the screen keeps its title in sight while there is room for it.
  const least = Math.min(12, rect.y + rect.h - 12);
  const own = top + Math.min(height / 2, 16);
  const y = Math.max(own, least);
  const pinned = y > Math.max(own, top + height - 8);
  return {
    y,
    pinned,
    plate: pinned,
    font: kind === Kind.site && height >= 28 ? "site" : font,
  };
}

/** How long it has been stale itself, then the signs of what is wrong inside, with what and how many, from the worst; returns where they end. */
function problems(
  picture: Picture,
  rollup: Rollup,
  vertex: Vertex,
  at: { readonly x: number; readonly y: number; readonly right: number },
): number {
  let { x } = at;
  const age = staleFor(picture, vertex);
  const wide = picture.measure(age, "small");
  if (age !== "" && x + wide < at.right) {
    picture.write({ text: age, x, y: at.y, font: "small", tone: "stale", rank: "word" });
    x += wide + 8;
  }
  for (const status of ["down", "degraded", "stale", "unknown"] as const) {
    const count = illOf(rollup, status);
    const texts = [illThings(rollup, status).join(", "), String(count)];
    const text = texts.find((one) => x + 16 + picture.measure(one, "small") <= at.right);
    if (count === 0 || text === undefined) continue;
    const width = 16 + picture.measure(text, "small");
    picture.sign(status, x + 6, at.y, 12);
    picture.write({ text, x: x + 15, y: at.y, font: "small", tone: toneOfStatus(status) });
    x += width + 8;
  }
  return x;
}

/** For how long nobody has vouched for a vertex; "" while somebody does. */
export function staleFor({ nowMs }: Picture, { status, freshness }: Vertex): string {
  return status === "stale" && freshness.sinceMs > 0 ? ageText(nowMs - freshness.sinceMs) : "";
}

export function toneOfStatus(status: Status): Tone {
  return status === "ok" ? "ink" : status;
}

/** "16 nodes · 160 pods" */
export function countText(rollup: Rollup): string {
  return countsOf(rollup).join(" · ");
}

/** As many of the counts as there is room for, the largest things first; "" if not even one. */
export function fitCounts(rollup: Rollup, width: number, measure: Measure): string {
  const counts = countsOf(rollup);
  for (let most = counts.length; most > 0; most--) {
    const text = counts.slice(0, most).join(" · ");
    if (measure(text, "small") <= width) return text;
  }
  return "";
}

function countsOf(rollup: Rollup): string[] {
  const part = (count: number, word: string): string[] =>
    count === 0 ? [] : [`${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`];
  return [
    ...part(rollup.devices, "device"),
    ...part(rollup.nodes, "node"),
    ...part(rollup.pods, "pod"),
    ...part(rollup.services, "service"),
  ];
}
