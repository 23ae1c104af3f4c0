import type { Rect, Size } from "./space";

export type Side = "north" | "east" | "south" | "west";

/** Things beyond one side of the screen; the nearest first. */
export type Beyond = { readonly side: Side; readonly ids: readonly number[] };

/** Sorts what is off the screen by the side that it is beyond. */
export function beyondSides(
  things: readonly { readonly id: number; readonly rect: Rect }[],
  { w, h }: Size,
): Beyond[] {
  const sides = new Map<Side, { id: number; away: number }[]>();
  for (const { id, rect } of things) {
    const distances: readonly (readonly [Side, number])[] = [
      ["north", -(rect.y + rect.h)],
      ["east", rect.x - w],
      ["south", rect.y - h],
      ["west", -(rect.x + rect.w)],
    ];
    const [farthest] = [...distances].sort(([, p], [, q]) => q - p);
    if (farthest === undefined || farthest[1] < 0) continue; // some of it is on the screen
    const [side, away] = farthest;
    const held = sides.get(side);
    if (held === undefined) sides.set(side, [{ id, away }]);
    else held.push({ id, away });
  }
  return [...sides].map(([side, those]) => ({
    side,
    ids: those.sort((p, q) => p.away - q.away || p.id - q.id).map(({ id }) => id),
  }));
}
