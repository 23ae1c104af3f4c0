import { endText } from "./names";
import type { Place } from "./neighbours";
import { EdgeKind, Kind } from "./words";
import type { World } from "./world";

/** The switch ports that a node hangs on: where its traffic comes in. */
export function portsOf(world: World, node: number): readonly Place[] {
  return world
    .membersOf(node)
    .filter((part) => world.kindOf(part) === Kind.nic)
    .flatMap((nic) => world.edgesOf(nic).filter(({ kind }) => kind === EdgeKind.attach))
    .map(({ b }) => ({ id: b, text: endText(world, b) }));
}

/** The nodes of a vertex's cluster by name. */
export function nodesAround(world: World, id: number): ReadonlyMap<string, number> {
  let at = world.vertex(id);
  for (let depth = 0; at !== undefined && at.kind !== Kind.cluster && depth < 16; depth++)
    at = world.vertex(at.parent);
  const nodes = world.membersOf(at?.id ?? 0).filter((member) => world.kindOf(member) === Kind.node);
  return new Map(nodes.map((node) => [world.vertex(node)?.name ?? "", node]));
}

/** The vertices of a kind at the far ends of a vertex's edges of a kind. */
export function acrossFrom(
  world: World,
  id: number,
  edge: number,
  kind: number,
): readonly number[] {
  return world
    .edgesOf(id)
    .filter((one) => one.kind === edge)
    .map(({ a, b }) => (a === id ? b : a))
    .filter((far) => world.kindOf(far) === kind);
}

/** The endpoints of a service by the node that they stand on: how many, and how many are ready. */
export function endpointsByNode(world: World, service: number) {
  const sums = new Map<number, { ready: number; all: number }>();
  for (const { kind, a, b, status } of world.edgesOf(service)) {
    if (kind !== EdgeKind.endpoint) continue;
    const node = world.vertex(a === service ? b : a)?.parent ?? 0;
    const sum = sums.get(node) ?? { ready: 0, all: 0 };
    sum.all++;
    if (status === "ok") sum.ready++;
    sums.set(node, sum);
  }
  return [...sums].map(([id, sum]) => ({ id, ...sum }));
}
