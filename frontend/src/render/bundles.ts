import { type Status, worse } from "../state/freshness";
import type { Edge } from "../state/graph";
import type { Picture } from "./picture";

/** Edges that are drawn as one line, because what stands for their ends is the same. */
export type Bundle = {
  readonly kind: number;
  /** What stands for the ends in the picture. */
  readonly from: number;
  readonly to: number;
  readonly edges: Edge[];
};

/** Gathers edges by what stands for their ends. */
export class Bundles {
  readonly #byEnds = new Map<string, Bundle>();

  /** Adds an edge between two stand-ins; its own A is at `from`. */
  add(edge: Edge, from: number, to: number): void {
    this.addAll([edge], from, to);
  }

  /** Adds edges of one kind between two stand-ins. */
  addAll(edges: readonly Edge[], from: number, to: number): void {
    const [first] = edges;
    if (first === undefined) return;
    const key = `${first.kind} ${from} ${to}`;
    const held = this.#byEnds.get(key);
    if (held === undefined)
      this.#byEnds.set(key, { kind: first.kind, from, to, edges: [...edges] });
    else held.edges.push(...edges);
  }

  /** Adds an edge that is drawn by itself, whatever else has the same ends. */
  addAlone(edge: Edge, from: number, to: number): void {
    this.#byEnds.set(`edge ${edge.id}`, { kind: edge.kind, from, to, edges: [edge] });
  }

  all(): Iterable<Bundle> {
    return this.#byEnds.values();
  }
}

/** 2, 3 or 5 pixels for one, up to eight, or more edges. */
export function bundleWidth(count: number): number {
  if (count <= 1) return 2;
  return count <= 8 ? 3 : 5;
}

/** The state to show of several edges and how many are in it. */
export function bundleStatus(edges: readonly Edge[]): {
  readonly status: Status;
  readonly count: number;
} {
  let status: Status = "ok";
  for (const edge of edges) status = worse(status, edge.status);
  return { status, count: edges.filter((edge) => edge.status === status).length };
}

/** A bundle is dim when something is selected and none of its edges belongs to it or is inside of it. */
export function isBundleDim({ focus, geometry }: Picture, edges: readonly Edge[]): boolean {
  if (focus === undefined || edges.some((edge) => focus.edges.has(edge.id))) return false;
  const { within } = focus;
  return (
    within === 0 ||
    !edges.some(({ a, b }) => geometry.holds(within, a) && geometry.holds(within, b))
  );
}
