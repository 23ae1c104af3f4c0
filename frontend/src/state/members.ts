import type { District } from "./district";
import type { Homes } from "./homes";
import { districtOf, Kind, overview } from "./words";

type Districts = ReadonlyMap<string, District>;

/** The vertices whose parent is this one, across districts. */
export function membersIn(districts: Districts, homes: Homes, id: number, kind: number): number[] {
  const members = new Set<number>();
  for (const { store } of around(districts, homes.of(id), id, kind)) {
    for (const member of store.vertices.membersOf(id)) {
      if (homes.of(member) !== undefined) members.add(member);
    }
  }
  return [...members];
}

/**
 * The districts in which all members of a vertex stand: where it is at home.
 * Sites and clusters have members in their own districts and, as regions do,
 * in the overview.
 */
function around(
  districts: Districts,
  home: District | undefined,
  id: number,
  kind: number,
): Iterable<District> {
  if (home === undefined) return districts.values();
  const own = districtOf(id, kind);
  if (own === undefined && kind !== Kind.region) return [home];
  const names = own === undefined ? [overview] : [own, overview];
  return new Set([home, ...names.flatMap((name) => districts.get(name) ?? [])]);
}
