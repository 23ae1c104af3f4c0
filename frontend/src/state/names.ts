import type { Edge, Vertex } from "./graph";
import { EdgeKind, Kind, kindName, VertexFlag } from "./words";

/** Where vertices are looked up: the world, or the scene that is drawn of it. */
type Lookup = { vertex(id: number): Vertex | undefined; readonly short?: Short };

/** Host names without their domains, where that is clear. */
type Short = { of(name: string, kind: number): string };

/** A vertex as the end of an edge: "leaf1 swp1", "node-a ens1"; others by kind and name. */
export function endText(lookup: Lookup, id: number): string {
  const vertex = lookup.vertex(id);
  if (vertex === undefined) return "something that is not loaded here";
  const short = (name: string, kind: number): string => lookup.short?.of(name, kind) ?? name;
  if (!isInterface(vertex.kind))
    return `${kindName(vertex.kind)} ${short(vertex.name, vertex.kind)}`;
  // From a channel that only names it, it comes with its holder: "leaf1 · swp1".
  if ((vertex.flags & VertexFlag.stub) !== 0) {
    const [host = "", ...rest] = vertex.name.split(" · ");
    return [short(host, vertex.kind === Kind.nic ? Kind.node : Kind.device), ...rest].join(" ");
  }
  const holder = lookup.vertex(vertex.parent);
  return holder === undefined ? vertex.name : `${short(holder.name, holder.kind)} ${vertex.name}`;
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

/** "node1" of "node1.example.net"; an address is not a name. */
export function hostPart(name: string): string {
  const dot = name.indexOf(".");
  return dot <= 0 || /^[\d.]+$/.test(name) ? name : name.slice(0, dot);
}
