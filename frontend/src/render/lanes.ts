import { Kind } from "../state/words";
import type { Picture } from "./picture";
import type { Rect } from "./space";

/**
 * The x at which a cable reaches a port past the other row of its face plate:
 * the ground between two columns. Undefined where nothing is in its way.
 */
export function laneTo(
  picture: Picture,
  port: number,
  side: "north" | "south",
): number | undefined {
  const { geometry, scene } = picture;
  const at = geometry.box(port);
  const frame = at === undefined ? undefined : picture.rect(at.frame);
  if (at === undefined || frame === undefined) return undefined;
  const others = scene
    .childrenOf(at.frame)
    .filter((id) => id !== port && geometry.kindOf(id) === Kind.port)
    .flatMap((id) => geometry.box(id) ?? []);
  const middle = at.x + at.w / 2;
  const isInTheWay = (other: Rect): boolean =>
    (side === "north" ? other.y + other.h <= at.y : other.y >= at.y + at.h) &&
    other.x < middle &&
    middle < other.x + other.w;
  if (!others.some(isInTheWay)) return undefined;
  const west = others.map(({ x, w }) => x + w).filter((end) => end <= at.x);
  const left = Math.max(at.x - 2, ...west);
  return frame.x + ((left + at.x) / 2) * picture.camera.scale;
}

/** The middle of a port's west side, where such a cable arrives. */
export function westOf({ x, y, h }: Rect): readonly [number, number] {
  return [x, y + h / 2];
}
