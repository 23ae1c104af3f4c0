import { Kind, Role } from "../state/words";
import type { Callouts } from "./callouts";
import { isTitleOutside, outsideHeight, roomAbove } from "./ground";
import type { SeamItem } from "./items";
import { ownersAt } from "./owners";
import type { Picture } from "./picture";
import type { Room } from "./room";
import { clamp, type Point } from "./space";

/** How far above a cluster's box its seam runs, where the ground allows it. */
const seamRise = 24;
/** Pixels that the words on one side of a seam need. */
const wordRoom = 18;

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
  const room = roomAbove(picture, cluster);
  const outside = picture.detail.isOpen(cluster) && isTitleOutside(picture, cluster, Kind.cluster);
  if (outside) return rect.y - outsideHeight - 3;
  // Halfway where both sides just have room for words.
  return (
    rect.y - (room < 2 * wordRoom ? Math.max(5, room * 0.4) : clamp(room / 2, wordRoom, seamRise))
  );
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

/** Pixels between the seam and the middle of the words above and below it. */
const wordRise = 11;
/** Pixels from spot to spot in the search for room along a seam. */
const step = 3;

/** Writes at every seam who answers above it and below, where the cables leave room. */
export function nameSeams(picture: Picture, room: Room): void {
  for (const seam of picture.seams) {
    const rect = picture.rect(seam.cluster);
    if (rect === undefined) continue;
    writeSide(picture, room, seam, "network", seam.network, seam.y - wordRise);
    // Without room for it the box below says it alone.
    if (rect.y - seam.y >= wordRoom)
      writeSide(picture, room, seam, "cluster", seam.owner, seam.y + wordRise);
  }
}

/** One side's owner, from the seam's end westwards; shorter where only that fits between two cables. */
function writeSide(
  picture: Picture,
  room: Room,
  { x1, x2, dim }: SeamItem,
  side: "network" | "cluster",
  owner: string,
  y: number,
): void {
  const right = Math.min(x2, picture.size.w) - 4;
  const left = Math.max(x1, 0) + 4;
  const arrow = side === "network" ? "↑" : "↓";
  const forms = [`${side}: ${owner || "owner unknown"}`, `${arrow} ${owner || "owner unknown"}`];
  for (const text of forms) {
    const w = picture.measure(text, "small");
    for (let x = right; x - w >= left; x -= step) {
      const rect = { x: x - w - 3, y: y - 7, w: w + 6, h: 14 };
      if (!room.isFree(rect)) continue;
      room.take(rect);
      picture.write({ text, x, y, font: "small", align: "right", plate: true, dim, of: [] });
      return;
    }
  }
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
