import type { Edge } from "../state/graph";
import type { Selection } from "../state/view";
import { Kind } from "../state/words";
import type { Geometry } from "./geometry";
import type { Scene } from "./scene";

/** What a selection lights; all else is dimmed. */
export type Focus = {
  readonly selection: Selection;
  /** The vertices that are lit besides those inside of `within`. */
  readonly lit: ReadonlySet<number>;
  /** A vertex whose inside is lit as a whole; 0 none. */
  readonly within: number;
  /** The edges to draw one by one. */
  readonly edges: ReadonlyMap<number, Edge>;
};

/** More edges than this of one selection stay bundled. */
const mostEdges = 400;

export function focusOn(
  scene: Scene,
  geometry: Geometry,
  selection: Selection | undefined,
): Focus | undefined {
  // What is not there (any more) dims nothing.
  if (selection === undefined || !isThere(scene, selection)) return undefined;
  const edges = new Map<number, Edge>();
  const lit = new Set<number>();
  const within = selection.type === "vertex" ? selection.id : 0;
  const light = (id: number): void => {
    for (let at = id, depth = 0; at !== 0 && depth < 16 && !lit.has(at); depth++) {
      lit.add(at);
      at = geometry.frame(at);
    }
  };
  const follow = (edge: Edge): void => {
    if (edges.size >= mostEdges) return;
    edges.set(edge.id, edge);
    light(edge.a);
    light(edge.b);
  };
  if (selection.type === "edge") {
    const edge = scene.edgeById(selection.id);
    if (edge !== undefined) follow(edge);
    return { selection, lit, within, edges };
  }
  light(selection.id);
  for (const id of insideOf(scene, selection.id))
    for (const edge of scene.edgesOf(id)) follow(edge);
  for (const pod of scene.controlledBy(selection.id)) light(pod);
  const controller = scene.vertex(selection.id)?.controller ?? 0;
  if (controller !== 0) light(controller);
  return { selection, lit, within, edges };
}

function isThere(scene: Scene, { type, id }: Selection): boolean {
  return type === "vertex" ? scene.kindOf(id) !== 0 : scene.edgeById(id) !== undefined;
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
