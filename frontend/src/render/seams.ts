import { Kind, Role } from "../state/words";
import type { Callouts } from "./callouts";
import { isTitleOutside, outsideHeight, roomAbove } from "./ground";
import type { SeamItem } from "./items";
import { ownersAt } from "./owners";
import type { Picture } from "./picture";
import type { Point, Rect } from "./space";

/** How far above a cluster's box its seam runs, where the ground allows it. */
const seamRise = 24;

/** The seams: one above each cluster that is shown, as wide as the cluster. */
export function drawSeams(picture: Picture): void {
  for (const { kind, role, id, rect } of picture.boxes) {
    if (kind !== Kind.cluster && !(role === Role.part && isOnSite(picture, id))) continue;
    const y = seamY(picture, id);
    const dim = picture.isDim(id);
    const { network, cluster, open } = ownersAt(picture.geometry, id);
    const seam = {
      cluster: id,
      x1: rect.x,
      x2: rect.x + rect.w,
      y,
      network,
      owner: cluster,
      open,
      dim,
    };
    picture.seams.push(seam);
    const words = seamWords(picture, id);
    if (words !== undefined) writeWords(picture, rect, seam, words);
  }
}

/** A part of a stretched cluster that stands at another site meets the network there. */
function isOnSite({ geometry }: Picture, part: number): boolean {
  return geometry.kindOf(geometry.frame(part)) === Kind.site;
}

/** The height on the screen at which a cluster's seam runs. */
export function seamY(picture: Picture, cluster: number): number {
  const rect = picture.rect(cluster);
  if (rect === undefined) return 0;
  const wanted = Math.max(5, roomAbove(picture, cluster) * 0.4);
  const outside = picture.detail.isOpen(cluster) && isTitleOutside(picture, cluster, Kind.cluster);
  return rect.y - (outside ? outsideHeight + 3 : Math.min(seamRise, wanted));
}

/** What is written at a seam: who answers above it, and below. */
type Words = readonly [above: string, below: string];

function wordsAt({ geometry }: Picture, cluster: number): Words {
  const owners = ownersAt(geometry, cluster);
  return [
    `network: ${owners.network || "owner unknown"}`,
    `cluster: ${owners.cluster || "owner unknown"}`,
  ];
}

/** The words need room on both sides of the seam, for themselves and for the cables. */
function seamWords(picture: Picture, cluster: number): Words | undefined {
  const rect = picture.rect(cluster);
  if (rect === undefined) return undefined;
  const rise = rect.y - seamY(picture, cluster);
  const room = roomAbove(picture, cluster) - rise;
  const words = wordsAt(picture, cluster);
  return rise >= 18 && room >= 34 && widthOf(picture, words) <= rect.w * 0.4 ? words : undefined;
}

function widthOf({ measure }: Picture, words: Words): number {
  return Math.max(...words.map((text) => measure(text, "small")));
}

/** How far to the right cables may arrive at a seam: as far as its words. */
export function seamEnd(picture: Picture, cluster: number): number {
  const rect = picture.rect(cluster);
  if (rect === undefined) return 0;
  const words = seamWords(picture, cluster);
  return rect.x + rect.w - 8 - (words === undefined ? 0 : widthOf(picture, words) + 6);
}

/** The owners on both sides, at the seam's end. */
function writeWords(picture: Picture, rect: Rect, { y, dim }: SeamItem, words: Words): void {
  const right = Math.min(rect.x + rect.w, picture.size.w);
  // Not where only a beginning of the seam is on the screen: the words would be a neighbour's.
  if (right - Math.max(rect.x, 0) < 2 * widthOf(picture, words)) return;
  const text = {
    x: right - 4,
    font: "small",
    tone: "ink",
    align: "right",
    plate: true,
    dim,
    rank: "word",
  } as const;
  picture.write({ ...text, text: words[0], y: y - 11 });
  picture.write({ ...text, text: words[1], y: y + 11 });
}

/** How far from a cable the owners beside it may stand, the nearest first. */
const besides = [12, -12, 30, -30, 60, -60, 100, -100];

/** The owners on both sides of the seam, beside a cable of the selection that passes it. */
export function nameSides(
  picture: Picture,
  callouts: Callouts,
  cluster: number,
  { x, y }: Point,
): void {
  const [above, below] = wordsAt(picture, cluster);
  callouts.place(
    besides.map((beside) => {
      const text = {
        x: x + beside,
        font: "strong",
        align: beside > 0 ? "left" : "right",
      } as const;
      return [
        { ...text, text: above, y: y - 12 },
        { ...text, text: below, y: y + 12 },
      ];
    }),
  );
}
