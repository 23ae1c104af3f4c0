import type { Status } from "../state/freshness";
import type { Vertex } from "../state/graph";
import { illOf, illThings, type Rollup } from "../state/rollup";
import { Kind } from "../state/words";
import { boxName } from "./box-names";
import { isTitleOutside, outsideHeight } from "./ground";
import type { BoxItem, Font, Tone } from "./items";
import { networkOwner } from "./owners";
import type { Picture } from "./picture";
import { portsOf } from "./ports-of";
import type { Rect } from "./space";
import { ageText, fitName, fitOwner, type Measure } from "./texts";
import { rankText } from "./worst";

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
  const text = fitName(boxName(picture.geometry, vertex.id), font, right - left, measure);
  if (text === undefined) return;
  picture.write({ id: vertex.id, text, x: left, y, font, plate, pinned, dim, rank: "title" });
  // A title that is only held in sight says no more than whose inside this is.
  if (pinned) return;
  picture.sign(vertex.status, edge + 6, y, 12);
  const rollup = scene.rollup(vertex.id);
  // On a plate: cables come in through a title's strip.
  const words = { y, font: "small", tone: "muted", plate: true, dim } as const;
  let x = left + measure(text, font) + 10;
  const belongs = belongingOf(picture, vertex);
  const wrong = fitProblems(picture, rollup, vertex, right - x, belongs);
  x = writeProblems(picture, wrong, x, y);
  const whose = fitBelonging(belongs, right - x, measure);
  if (whose !== "") picture.write({ ...words, text: whose, x, rank: "title" });
  x += whose === "" ? 0 : measure(whose, "small") + 14;
  for (const more of [
    rankText(picture.geometry, vertex.id),
    countText(rollup),
    ...partnersOf(picture, vertex),
  ]) {
    if (more === "" || x + measure(more, "small") > right) continue;
    picture.write({ ...words, text: more, x, rank: "count" });
    x += measure(more, "small") + 14;
  }
}

/** Whose something is, or where it belongs: what it is called, and the name. */
type Belonging = { readonly label: string; readonly name: string };

/** Who answers for a cluster, and for a site's network; of a node, the ports that it hangs on. */
function belongingOf(picture: Picture, vertex: Vertex): Belonging | undefined {
  const { scene } = picture;
  if (vertex.kind === Kind.node) {
    const name = portsOf(scene, vertex.id);
    return name === "" ? undefined : { label: "", name };
  }
  return ownerOf(picture, vertex);
}

/** Who answers for a cluster, and for a site's network. */
export function ownerOf(
  { geometry, scene }: Picture,
  { id, kind, owner }: Vertex,
): Belonging | undefined {
  if (kind === Kind.cluster) return { label: "owner: ", name: owner };
  // Of a site whose devices have not arrived it cannot be said that nobody owns them.
  const isKnown = scene.childrenOf(id).some((child) => scene.kindOf(child) === Kind.device);
  if (kind !== Kind.site || !isKnown) return undefined;
  return { label: "network: ", name: networkOwner(geometry, id) };
}

/** Ports have no label: half of one is another one's, so they are there whole or not at all. */
function isOwner({ label }: Belonging): boolean {
  return label !== "";
}

/** A name as far as it fits; "" where there is none, or no room. */
export function fitBelonging(
  belongs: Belonging | undefined,
  width: number,
  measure: Measure,
): string {
  if (belongs === undefined) return "";
  if (isOwner(belongs)) return fitOwner(belongs.label, belongs.name, width, measure);
  return measure(belongs.name, "small") <= width ? belongs.name : "";
}

/** "⇄ ams1 2 links": the sites that a site is joined with, and by how much. */
export function partnersOf({ geometry, scene }: Picture, { id, kind }: Vertex): string[] {
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
    // Cables to other sites come in there.
    plate: pinned || (kind === Kind.site && geometry.strands.crossing(id).length > 0),
    font: kind === Kind.site && height >= 28 ? "site" : font,
  };
}

/** What is wrong, in the order of writing; of a box's own state only for how long it is stale. */
type Problem = { readonly status: Status; readonly text: string; readonly isOwn: boolean };

/** Pixels of a problem with the gap behind it. */
function wideProblem({ text, isOwn }: Problem, measure: Measure): number {
  return measure(text, "small") + (isOwn ? 8 : 24);
}

/**
 * How long it has been stale itself, then what is wrong inside, from the worst.
 * Where there is no room for that and the owner, only how many; from the least
 * bad, and then the least bad not at all: an owner is never left out for a count.
 */
function fitProblems(
  picture: Picture,
  rollup: Rollup,
  vertex: Vertex,
  width: number,
  belongs: Belonging | undefined,
): readonly Problem[] {
  const { measure } = picture;
  const age = staleFor(picture, vertex);
  const own = age === "" ? [] : [{ status: "stale", text: age, isOwn: true } as const];
  const ill = (["down", "degraded", "stale", "unknown"] as const).filter(
    (status) => illOf(rollup, status) > 0,
  );
  const variants: (readonly Problem[])[] = [];
  for (let long = ill.length; long >= 0; long--)
    variants.push([
      ...own,
      ...ill.map((status, i) => {
        const count = String(illOf(rollup, status));
        const text = i < long ? illThings(rollup, status).join(", ") : count;
        return { status, text, isOwn: false };
      }),
    ]);
  const shortest = variants.at(-1) ?? [];
  const fewer = shortest.map((_, i) => shortest.slice(0, shortest.length - 1 - i));
  const wide = (problems: readonly Problem[]): number =>
    problems.reduce((sum, one) => sum + wideProblem(one, measure), 0);
  const whole = measure(fitBelonging(belongs, Number.POSITIVE_INFINITY, measure), "small");
  const all = variants.find((one) => wide(one) + whole <= width);
  if (all !== undefined) return all;
  const fits = (one: readonly Problem[]): boolean =>
    wide(one) <= width &&
    (belongs === undefined ||
      !isOwner(belongs) ||
      fitBelonging(belongs, width - wide(one), measure) !== "");
  return [shortest, ...fewer].find(fits) ?? [];
}

/** Writes what is wrong; returns where it ends. */
function writeProblems(
  picture: Picture,
  problems: readonly Problem[],
  from: number,
  y: number,
): number {
  let x = from;
  for (const problem of problems) {
    const { status, text, isOwn } = problem;
    if (!isOwn) picture.sign(status, x + 6, y, 12);
    const words = { text, x: x + (isOwn ? 0 : 15), y, font: "small", plate: true } as const;
    picture.write({ ...words, tone: toneOfStatus(status), rank: isOwn ? "word" : "must" });
    x += wideProblem(problem, picture.measure);
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
