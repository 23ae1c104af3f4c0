import type { Edge } from "../state/graph";
import { hopsOf } from "../state/path";
import type { Path, Selection } from "../state/view";
import { Kind } from "../state/words";
import type { Geometry } from "./geometry";
import type { Scene } from "./scene";

/** What a selection or a way lights; all else is dimmed. */
export type Focus = {
  readonly selection: Selection | undefined;
  /** The vertices that are lit besides those inside of `within`. */
  readonly lit: ReadonlySet<number>;
  /** A vertex whose inside is lit as a whole; 0 none. */
  readonly within: number;
  /** The edges to draw one by one. */
  readonly edges: ReadonlyMap<number, Edge>;
  /** A way to draw with numbered hops: the vertices and edges of it that are there. */
  readonly way: Path;
};

/** More edges than this of one selection stay bundled. */
const mostEdges = 400;

/** What to light: a way before a selection, and nothing that is not there (any more). */
export function focusOn(
  scene: Scene,
  geometry: Geometry,
  selected: Selection | undefined,
  path: Path,
): Focus | undefined {
  const selection = selected !== undefined && isThere(scene, selected) ? selected : undefined;
  const way = wayOf(scene, geometry, path);
  if (selection === undefined && way.length === 0) return undefined;
  const light = new Light(scene, geometry);
  if (way.length > 0) {
    for (const { type, id } of way) {
      if (type === "vertex") light.vertex(id);
      else light.edge(id);
    }
    return { selection, lit: light.lit, within: 0, edges: light.edges, way };
  }
  const within = selection?.type === "vertex" ? selection.id : 0;
  if (selection?.type === "edge") light.edge(selection.id);
  else if (selection !== undefined) light.around(selection.id);
  return { selection, lit: light.lit, within, edges: light.edges, way };
}

class Light {
  readonly lit = new Set<number>();
  readonly edges = new Map<number, Edge>();
  readonly #scene: Scene;
  readonly #geometry: Geometry;

  constructor(scene: Scene, geometry: Geometry) {
    this.#scene = scene;
    this.#geometry = geometry;
  }

  /** A vertex and what holds it. */
  vertex(id: number): void {
    for (let at = id, depth = 0; at !== 0 && depth < 16 && !this.lit.has(at); depth++) {
      this.lit.add(at);
      at = this.#geometry.frame(at);
    }
  }

  edge(id: number): void {
    const edge = this.#scene.edgeById(id);
    if (edge !== undefined) this.#follow(edge);
  }

  /** A vertex with all that its edges lead to, and what it controls or is controlled by. */
  around(id: number): void {
    this.vertex(id);
    for (const inner of insideOf(this.#scene, id))
      for (const edge of this.#scene.edgesOf(inner)) this.#follow(edge);
    for (const pod of this.#scene.controlledBy(id)) this.vertex(pod);
    const controller = this.#scene.vertex(id)?.controller ?? 0;
    if (controller !== 0) this.vertex(controller);
  }

  #follow(edge: Edge): void {
    if (this.edges.size >= mostEdges) return;
    this.edges.set(edge.id, edge);
    this.vertex(edge.a);
    this.vertex(edge.b);
  }
}

function isThere(scene: Scene, { type, id }: Selection): boolean {
  return type === "vertex" ? scene.kindOf(id) !== 0 : scene.edgeById(id) !== undefined;
}

/** The steps of a path that are there, with the edges between its hops where it names none. */
function wayOf(scene: Scene, geometry: Geometry, path: Path): Path {
  const steps: Selection[] = [];
  for (const step of path) {
    if (!isThere(scene, step)) continue;
    const before = steps.at(-1);
    if (step.type === "vertex" && before?.type === "vertex") {
      const edge = joining(scene, geometry, before.id, step.id);
      if (edge !== undefined) steps.push({ type: "edge", id: edge.id });
    }
    steps.push(step);
  }
  return hopsOf(steps).length === 0 ? [] : steps;
}

/** An edge between two vertices or what is in them; the healthiest, if there are several. */
function joining(scene: Scene, geometry: Geometry, a: number, b: number): Edge | undefined {
  if (geometry.holds(a, b) || geometry.holds(b, a)) return undefined;
  const isAt = (end: number, vertex: number): boolean =>
    end === vertex || geometry.holds(vertex, end);
  const edges = insideOf(scene, a)
    .flatMap((id) => scene.edgesOf(id))
    .filter((edge) => isAt(edge.a, b) || isAt(edge.b, b));
  return edges.find(({ status }) => status === "ok") ?? edges[0];
}

/** The vertex and those in it whose edges count as its own: a device's ports, a node's NICs, a cluster's nodes' NICs. */
function insideOf(scene: Scene, id: number): number[] {
  const kind = scene.kindOf(id);
  const inside = [id];
  const parts = kind === Kind.device ? Kind.port : Kind.nic;
  if (kind === Kind.device || kind === Kind.node) {
    for (const child of scene.childrenOf(id)) if (scene.kindOf(child) === parts) inside.push(child);
  }
  return inside;
}

/** Says whether a vertex is dimmed by the selection. */
export function isDim(focus: Focus | undefined, geometry: Geometry, id: number): boolean {
  if (focus === undefined || focus.lit.has(id)) return false;
  return focus.within === 0 || !geometry.holds(focus.within, id);
}
