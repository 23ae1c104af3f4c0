import type { Edge } from "../state/graph";
import { Kind } from "../state/words";
import { type Bundle, Bundles } from "./bundles";
import type { Geometry } from "./geometry";
import { isTitleOutside, outsideHeight } from "./ground";
import type { Picture } from "./picture";
import { type Rect, toScreen, toWorld } from "./space";
import { streets, type Trip } from "./streets";

// Cables between sites: they run along the ground between them, and over none.

/** Where a cable leaves the top edge of what stands for its end, in pixels. */
export type PlaceOnTop = { readonly id: number; readonly x: number; readonly y: number };

/** Says whether a cable leads from one site to another. */
export function isCrossing(geometry: Geometry, { a, b }: Edge): boolean {
  return geometry.holder(a, Kind.site) !== geometry.holder(b, Kind.site);
}

/**
 * The cables between sites, by what stands for their ends. All of them wherever
 * the map is: who runs beside whom does not depend on what is in sight.
 */
export function crossings(picture: Picture): Bundle[] {
  const { geometry, detail } = picture;
  const bundles = new Bundles();
  const seen = new Set<number>();
  for (const site of sitesOf(picture)) {
    for (const edge of geometry.strands.crossing(site).flatMap(({ edges }) => edges)) {
      const [one, other] = [detail.standIn(edge.a), detail.standIn(edge.b)];
      if (seen.has(edge.id) || one === 0 || other === 0 || one === other) continue;
      seen.add(edge.id); // it is in both sites
      if (!picture.isDrawn(edge) || !isCrossing(geometry, edge)) continue;
      if (picture.mode === "all") bundles.addAlone(edge, one, other);
      else bundles.add(edge, one, other);
    }
  }
  return [...bundles.all()];
}

function sitesOf({ geometry, scene }: Picture): number[] {
  const sitesIn = (frame: number): number[] =>
    scene.childrenOf(frame).flatMap((id) => {
      const kind = geometry.kindOf(id);
      return kind === Kind.region ? sitesIn(id) : kind === Kind.site ? [id] : [];
    });
  return sitesIn(0);
}

/** The ways of cables between sites, in pixels; undefined where there is no ground between what stands there. */
export function waysAcross(
  picture: Picture,
  ends: readonly (readonly [PlaceOnTop, PlaceOnTop])[],
): readonly (readonly number[] | undefined)[] {
  const ways: (readonly number[] | undefined)[] = ends.map(() => undefined);
  const byFrame = new Map<number, { readonly nth: number; readonly trip: Trip }[]>();
  ends.forEach(([from, to], nth) => {
    const frame = frameOf(picture.geometry, from.id, to.id);
    const trip = { from: leaving(picture, from, frame), to: leaving(picture, to, frame) };
    byFrame.set(frame, [...(byFrame.get(frame) ?? []), { nth, trip }]);
  });
  for (const [frame, trips] of byFrame) {
    const found = streets(
      boxesIn(picture, frame),
      trips.map(({ trip }) => trip),
    );
    trips.forEach(({ nth }, i) => {
      const [corners, both] = [found[i], ends[nth]];
      if (corners === undefined || both === undefined) return;
      const [from, to] = both;
      const between = corners.flatMap(({ x, y }) => {
        const at = toScreen(picture.camera, picture.size, { x, y, w: 0, h: 0 });
        return [at.x, at.y];
      });
      ways[nth] = [from.x, from.y, ...between, to.x, to.y];
    });
  }
  return ways;
}

/** The nearest that holds both; 0 is the world. */
function frameOf(geometry: Geometry, a: number, b: number): number {
  const above = new Set(framesOf(geometry, a));
  return framesOf(geometry, b).find((frame) => above.has(frame)) ?? 0;
}

function framesOf(geometry: Geometry, id: number): number[] {
  const frames: number[] = [];
  for (let at = geometry.frame(id); at !== 0 && frames.length < 16; at = geometry.frame(at))
    frames.push(at);
  return frames;
}

/** Where it leaves the box in the frame that holds it: straight above, at its top edge; in units of the world. */
function leaving(picture: Picture, { id, x, y }: PlaceOnTop, frame: number) {
  const { geometry, camera, size } = picture;
  let box = id;
  for (let depth = 0; geometry.frame(box) !== frame && depth < 16; depth++)
    box = geometry.frame(box);
  const at = toWorld(camera, size, { x, y });
  return { x: at.x, y: titled(picture, box)?.y ?? at.y };
}

function boxesIn(picture: Picture, frame: number): Rect[] {
  const { geometry, scene } = picture;
  return scene.childrenOf(frame).flatMap((id) => {
    const kind = geometry.kindOf(id);
    const isBox = kind === Kind.site || kind === Kind.region || kind === Kind.cluster;
    return isBox ? (titled(picture, id) ?? []) : [];
  });
}

/** A box with the title that stands above it, for lack of room inside: cables keep off that, too. */
function titled(picture: Picture, id: number): Rect | undefined {
  const { geometry, detail, camera } = picture;
  const rect = geometry.rect(id);
  const isAbove = detail.isOpen(id) && isTitleOutside(picture, id, geometry.kindOf(id));
  if (rect === undefined || !isAbove) return rect;
  const title = outsideHeight / camera.scale;
  return { ...rect, y: rect.y - title, h: rect.h + title };
}
