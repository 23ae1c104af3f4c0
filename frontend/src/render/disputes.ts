import type { Edge } from "../state/graph";
import { EdgeFlag } from "../state/words";

/** Another claim contradicts one of the edges. */
export function isDisputed(edges: readonly Edge[]): boolean {
  return edges.some(({ flags }) => (flags & EdgeFlag.disputed) !== 0);
}
