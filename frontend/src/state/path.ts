import { type Path, type Selection, sameSelection } from "./view";

/** A way of these vertices and edges, by their IDs as REST writes them apart: `{vertex}` or `{edge}`. */
export function pathOf(
  steps: readonly ({ readonly vertex: number } | { readonly edge: number })[],
): Path {
  return steps.map((step) =>
    "vertex" in step ? { type: "vertex", id: step.vertex } : { type: "edge", id: step.edge },
  );
}

/** The vertices of a way, in order. */
export function hopsOf(path: Path): number[] {
  return path.flatMap(({ type, id }) => (type === "vertex" ? [id] : []));
}

export function isOnPath(path: Path, selection: Selection | undefined): boolean {
  return selection !== undefined && path.some((step) => sameSelection(step, selection));
}

export function samePath(p: Path, q: Path): boolean {
  return p.length === q.length && p.every((step, i) => sameSelection(step, q[i]));
}
