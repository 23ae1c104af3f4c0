import type { Edge, Vertex } from "./graph";
import { EdgeKind, Kind, kindName, VertexFlag } from "./words";

/** Where vertices are looked up: the world, or the scene that is drawn of it. */
type Lookup = { vertex(id: number): Vertex | undefined };

/** A vertex as the end of an edge: "leaf1 swp1", "node-a ens1"; others by kind and name. */
export function endText(lookup: Lookup, id: number): string {
  const vertex = lookup.vertex(id);
  if (vertex === undefined) return "something that is not loaded here";
  if (!isInterface(vertex.kind)) return `${kindName(vertex.kind)} ${vertex.name}`;
  // From a channel that only names it, it comes with its holder: "leaf1 · swp1".
  if ((vertex.flags & VertexFlag.stub) !== 0) return vertex.name.replace(" · ", " ");
  const holder = lookup.vertex(vertex.parent);
  return holder === undefined ? vertex.name : `${holder.name} ${vertex.name}`;
}

/** "leaf1 swp1 ⇄ node-a ens1": both ends, the network's first. */
export function edgeText(lookup: Lookup, edge: Edge): string {
  return networkFirst(edge)
    .map((end) => endText(lookup, end))
    .join(" ⇄ ");
}

/** The ends of an edge in the order in which people read them; an attachment's A is the NIC. */
export function networkFirst({ kind, a, b }: Edge): readonly [number, number] {
  return kind === EdgeKind.attach ? [b, a] : [a, b];
}

function isInterface(kind: number): boolean {
  return kind === Kind.port || kind === Kind.nic || kind === Kind.lag;
}
