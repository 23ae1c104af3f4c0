import { partsOf } from "./cables";
import type { Edge } from "./graph";
import { EdgeFlag, EdgeKind } from "./words";
import type { World } from "./world";

/** Something that several ports claim to hear, and their cables: one of them is wrong. */
export type Dispute = { readonly about: number; readonly claims: readonly Edge[] };

/** Where the edges of a vertex are looked up. */
type Edges = { edgesOf(id: number): readonly Edge[] };

/** The disputes in which a vertex, or one of its ports or NICs, has a part. */
export function disputesAt(world: World, id: number): readonly Dispute[] {
  const edges = [id, ...partsOf(world, id)].flatMap((at) => world.edgesOf(at));
  return disputesAmong(world, edges);
}

/** What is disputed of these edges, each thing once. */
export function disputesAmong(world: Edges, edges: readonly Edge[]): readonly Dispute[] {
  const found = new Map<number, Dispute>();
  for (const edge of edges) {
    if (!isDisputed(edge)) continue;
    const [about, claims] = [edge.a, edge.b]
      .map((end) => [end, rivalsAt(world, end, edge.kind)] as const)
      .reduce((most, one) => (one[1].length > most[1].length ? one : most));
    if (!found.has(about)) found.set(about, { about, claims });
  }
  return [...found.values()];
}

export function isDisputed({ flags }: Edge): boolean {
  return (flags & EdgeFlag.disputed) !== 0;
}

function rivalsAt(world: Edges, end: number, kind: number): readonly Edge[] {
  return world
    .edgesOf(end)
    .filter((edge) => edge.kind === kind && isDisputed(edge))
    .sort((p, q) => p.id - q.id);
}

/** The end of a cable that hears: the other one than what is disputed. */
export function hearerOf({ about }: Dispute, { a, b }: Edge): number {
  return a === about ? b : a;
}

/** What people can do about a dispute, the likeliest first. */
export function disputeAdvice({ claims }: Dispute): readonly string[] {
  const isHost = claims[0]?.kind === EdgeKind.attach;
  return [
    "Look for something between these ports that passes LLDP on: a small switch, a hub, a bridge in a phone or a virtual machine. It is not on the map.",
    "If the cable has just been moved, wait: the old port forgets it within two minutes.",
    isHost
      ? "If both cables are real, two machines have the same name or MAC: give one of them its own."
      : "If both cables are real, two devices have the same chassis and port ID: one of them is a copy.",
  ];
}
