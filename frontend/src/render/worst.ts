import { severityOf } from "../state/severity";
import { Kind } from "../state/words";
import type { Geometry } from "./geometry";

/** Of so many sites or more one is to see at once which is the worst. */
const leastSites = 3;
/** So many of them are told apart. */
const mostRanked = 3;

/** A site's or region's place among all of them, the worst first: 1, 2 or 3; 0 for the others. */
export function rankOf(
  geometry: Geometry,
  id: number,
): { readonly rank: number; readonly of: number } {
  const kind = geometry.kindOf(id);
  const { ranks } = geometry;
  let held = ranks.get(kind);
  if (held === undefined) {
    held = ranked(geometry, kind);
    ranks.set(kind, held);
  }
  return { rank: held.order.indexOf(id) + 1, of: held.of };
}

/** The worst of a kind, the worst first, and how many there are in all. */
export type Ranks = { readonly order: readonly number[]; readonly of: number };

function ranked({ scene }: Geometry, kind: number): Ranks {
  const all = (frame: number): number[] =>
    scene.childrenOf(frame).flatMap((id) => {
      const one = scene.kindOf(id);
      return one === kind ? [id] : one === Kind.region ? all(id) : [];
    });
  const ids = all(0);
  if (ids.length < leastSites) return { order: [], of: ids.length };
  const order = ids
    .map((id) => ({ id, severity: severityOf(scene.rollup(id)) }))
    .filter(({ severity }) => severity > 0)
    .sort((p, q) => q.severity - p.severity || p.id - q.id)
    .slice(0, mostRanked)
    .map(({ id }) => id);
  return { order, of: ids.length };
}

/** "worst of 10", "2nd worst"; "" for all others. */
export function rankText(geometry: Geometry, id: number): string {
  const kind = geometry.kindOf(id);
  if (kind !== Kind.site && kind !== Kind.region) return "";
  const { rank, of } = rankOf(geometry, id);
  return ["", `worst of ${of}`, "2nd worst", "3rd worst"][rank] ?? "";
}
