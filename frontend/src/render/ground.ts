import { hasTitleOutside } from "./geometry";
import type { Picture } from "./picture";
import { type Camera, fitCamera, type Rect, type Size } from "./space";

/** A strip lower than this has no room for a title in it. */
export const leastStrip = 15;
/** Pixels of ground that a title outside and a seam need together. */
export const leastGround = 23;
/** Pixels above a box that a title outside of it takes. */
export const outsideHeight = 20;

/** Units of the strip for the title of a site or cluster. */
const titleUnits = 88;

/** The camera that shows all, with the titles that stand above boxes for lack of room inside. */
export function fitMap(world: Rect, size: Size): Camera {
  const fitted = fitCamera(world, size);
  if (titleUnits * fitted.scale >= leastStrip) return fitted;
  return fitCamera(world, size, { above: outsideHeight });
}

/** Pixels between a box and what stands next above it. */
export function roomAbove({ geometry, camera }: Picture, id: number): number {
  return geometry.groundAbove(id) * camera.scale;
}

/**
 * Says whether an open container's title stands on the ground above it, for lack
 * of room inside. Detail.isOpen has seen to it that there is room on one side.
 */
export function isTitleOutside(picture: Picture, id: number, kind: number): boolean {
  if (!hasTitleOutside(kind)) return false;
  const { top, bottom } = picture.geometry.titleBand(id);
  const strip = (bottom - top) * picture.camera.scale;
  return strip < leastStrip && roomAbove(picture, id) >= leastGround;
}
