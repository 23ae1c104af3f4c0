import { type Status, worse } from "../state/freshness";
import { hostPart } from "../state/names";
import { illOf, illThings, worstOf } from "../state/rollup";
import { Kind } from "../state/words";
import { boxName } from "./box-names";
import type { Geometry } from "./geometry";

/** A member of a closed box that is not well, and what is the matter. */
export type Ill = {
  readonly status: Status;
  readonly name: string;
  readonly what: string;
  /** The same without the state, which a sign says, too. */
  readonly short: string;
  readonly count: number;
};

/** What is not well in a box that shows no members, the worst first; worked out once a scene. */
export function illInside(geometry: Geometry, id: number): readonly Ill[] {
  const held = geometry.ill.get(id);
  if (held !== undefined) return held;
  const found = geometry.scene
    .childrenOf(id)
    .flatMap((child) => illOne(geometry, id, child) ?? [])
    .sort(byWorst);
  geometry.ill.set(id, found);
  return found;
}

function byWorst(p: Ill, q: Ill): number {
  if (p.status !== q.status) return worse(p.status, q.status) === p.status ? -1 : 1;
  return q.count - p.count || p.name.localeCompare(q.name, "en", { numeric: true });
}

function illOne(geometry: Geometry, box: number, id: number): Ill | undefined {
  const { scene } = geometry;
  switch (scene.kindOf(id)) {
    case Kind.site:
    case Kind.cluster:
    case Kind.device:
    case Kind.node:
      break;
    default:
      return undefined;
  }
  const vertex = scene.vertex(id);
  if (vertex === undefined) return undefined;
  const { status } = vertex;
  // A part's node stands in a site, and "w03" would not say whose it is.
  const name = vertex.parent === box ? boxName(geometry, id) : hostPart(vertex.name);
  const rollup = scene.rollup(id);
  if (status !== "ok" && status !== "unknown")
    return { status, name, what: status, short: status, count: 0 };
  const worst = worstOf(rollup);
  if (worst === undefined || worst.status === "unknown") return undefined;
  const things = illThings(rollup, worst.status).join(", ");
  const count = illOf(rollup, worst.status);
  return { status: worst.status, name, what: `${things} ${worst.status}`, short: things, count };
}
