import { type Dispute, disputesAmong } from "../state/disputes";
import { Kind } from "../state/words";
import { alongCurve, alongPieces } from "./marks";
import type { Picture } from "./picture";

/** Pixels of the sign on a port or NIC. */
const signSize = 14;

/**
 * One sign for each dispute, however many cables claim to be the right one: on
 * the port or NIC that it is about, else on the first of their lines.
 */
export function drawDisputes(picture: Picture): void {
  const seen = new Set<number>();
  for (const dispute of disputesInSight(picture)) {
    if (seen.has(dispute.about)) continue;
    seen.add(dispute.about);
    if (dispute.claims.some((edge) => picture.isDrawn(edge))) drawDispute(picture, dispute);
  }
}

function disputesInSight({ boxes, scene, geometry }: Picture): Dispute[] {
  return boxes.flatMap(({ kind, id }) =>
    kind === Kind.site || kind === Kind.cluster
      ? disputesAmong(scene, geometry.strands.disputedIn(id))
      : [],
  );
}

function drawDispute(picture: Picture, { about, claims }: Dispute): void {
  const at = picture.boxes.find(({ id }) => id === about)?.rect;
  if (at !== undefined) {
    const size = Math.max(signSize, Math.min(18, at.h));
    picture.glyphs.push({ sign: "disputed", x: at.x + at.w / 2, y: at.y + at.h / 2, size });
    return;
  }
  const line = picture.lines.find(({ edges }) => claims.some(({ id }) => edges.includes(id)));
  if (line === undefined) return;
  const spots = line.curve ? alongCurve(line.points) : alongPieces(line.points);
  picture.marks.push({ edges: line.edges, sign: "disputed", text: "", spots, dim: false });
}
