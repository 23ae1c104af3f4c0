import { Kind, Role } from "../state/words";
import { isTitleOutside, outsideHeight, roomAbove } from "./ground";
import type { Picture } from "./picture";
import type { Rect } from "./space";

/** How far above a cluster's box its seam runs, where the ground allows it. */
const seamRise = 24;

/** The seams: one above each cluster that is shown, as wide as the cluster. */
export function drawSeams(picture: Picture): void {
  for (const { kind, role, id, rect } of picture.boxes) {
    if (kind !== Kind.cluster && !(role === Role.part && isOnSite(picture, id))) continue;
    const y = seamY(picture, id);
    const dim = picture.isDim(id);
    picture.seams.push({ cluster: id, x1: rect.x, x2: rect.x + rect.w, y, open: true, dim });
    if (hasSeamTexts(picture, id)) seamTexts(picture, rect, y, dim);
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

/** Nobody can say yet who the owners are, and the open stitch says so too. */
const above = "network: owner unknown";
const below = "cluster: owner unknown";

/** The words need room on both sides of the seam, for themselves and for the cables. */
function hasSeamTexts(picture: Picture, cluster: number): boolean {
  const rect = picture.rect(cluster);
  if (rect === undefined) return false;
  const rise = rect.y - seamY(picture, cluster);
  const room = roomAbove(picture, cluster) - rise;
  return rise >= 18 && room >= 34 && picture.measure(above, "small") <= rect.w * 0.4;
}

/** How far to the right cables may arrive at a seam: as far as its words. */
export function seamEnd(picture: Picture, cluster: number): number {
  const rect = picture.rect(cluster);
  if (rect === undefined) return 0;
  const words = hasSeamTexts(picture, cluster) ? picture.measure(above, "small") + 6 : 0;
  return rect.x + rect.w - 8 - words;
}

/** The owners on both sides, at the seam's end. */
function seamTexts(picture: Picture, rect: Rect, y: number, dim: boolean): void {
  const right = Math.min(rect.x + rect.w, picture.size.w);
  const width = picture.measure(above, "small");
  // Not where only a beginning of the seam is on the screen: the words would be a neighbour's.
  if (right - Math.max(rect.x, 0) < 2 * width) return;
  const text = {
    x: right - 4,
    font: "small",
    tone: "muted",
    align: "right",
    plate: true,
    dim,
    rank: "word",
  } as const;
  picture.write({ ...text, text: above, y: y - 11 });
  picture.write({ ...text, text: below, y: y + 11 });
}
