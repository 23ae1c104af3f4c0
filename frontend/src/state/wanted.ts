import { districtOf, overview } from "./words";
import type { World } from "./world";

/** With at most so many districts, all are held: the tables are then whole. */
export const holdAll = 12;

/** A site or cluster that has an inside, and its channel. */
export type Place = { readonly id: number; readonly channel: string };

/** The sites and clusters that the overview names. */
export function placesOf(world: World): Place[] {
  const places: Place[] = [];
  const store = world.districts.get(overview)?.store;
  if (store === undefined) return places;
  const { vertices } = store;
  for (let row = 0; row < vertices.size; row++) {
    const id = vertices.ids[row] ?? 0;
    const channel = districtOf(id, vertices.kind[row] ?? 0);
    if (channel !== undefined) places.push({ id, channel });
  }
  return places;
}

/**
 * The channels to hold: all while they are few, else those that are seen large
 * enough to show their inside or wished for by a selection, and those that were held and still exist, up to
 * a number.
 */
export function wantedChannels(
  places: readonly Place[],
  isSeen: (id: number) => boolean,
  held: ReadonlySet<string>,
  wished: ReadonlySet<string> = new Set(),
  most = 24,
): Set<string> {
  if (places.length <= holdAll) return new Set(places.map(({ channel }) => channel));
  const wanted = new Set(places.filter(({ id }) => isSeen(id)).map(({ channel }) => channel));
  const known = new Set(places.map(({ channel }) => channel));
  for (const channel of wished) if (known.has(channel)) wanted.add(channel);
  for (const channel of held) {
    if (wanted.size >= most) break;
    if (known.has(channel)) wanted.add(channel);
  }
  return wanted;
}
