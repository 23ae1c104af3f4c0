import type { Edge, Vertex } from "./graph";
import { endText } from "./names";
import { Kind } from "./words";
import type { World } from "./world";

/** An edge as seen from one of its ends. */
export type Cable = {
  readonly edge: Edge;
  /** The near end by its own name, empty for the vertex itself; the far end with what holds it: "leaf1 swp1". */
  readonly near: string;
  readonly far: string;
  readonly farId: number;
};

/** The edges at a vertex, and those at its ports or NICs. */
export function cablesOf(world: World, id: number): Cable[] {
  const cables = new Map<number, Cable>();
  for (const near of [id, ...partsOf(world, id)]) {
    for (const edge of world.edgesOf(near)) {
      const farId = edge.a === near ? edge.b : edge.a;
      if (cables.has(edge.id)) continue;
      const name = near === id ? "" : (world.vertex(near)?.name ?? "");
      cables.set(edge.id, { edge, near: name, far: endText(world, farId), farId });
    }
  }
  return [...cables.values()].sort(
    (p, q) => byText.compare(p.near, q.near) || byText.compare(p.far, q.far),
  );
}

const byText = new Intl.Collator("en", { numeric: true });

/** The ports of a device, the NICs of all else. */
export function partsOf(world: World, id: number): number[] {
  const part = world.kindOf(id) === Kind.device ? Kind.port : Kind.nic;
  return world.membersOf(id).filter((member) => world.kindOf(member) === part);
}

/** What holds a vertex, the outermost first. */
export function holdersOf(world: World, id: number): Vertex[] {
  const holders: Vertex[] = [];
  let vertex = world.vertex(id);
  while (vertex !== undefined && vertex.parent !== 0 && holders.length < 16) {
    vertex = world.vertex(vertex.parent);
    if (vertex !== undefined) holders.unshift(vertex);
  }
  return holders;
}
