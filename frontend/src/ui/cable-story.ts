import type { Edge } from "../state/graph";
import { EdgeKind, Kind } from "../state/words";
import type { World } from "../state/world";

/** What hangs on a cable, and how it is at present. */
export type Hit = {
  /** The node at its end; undefined for a cable between switches. */
  readonly node: { readonly id: number; readonly name: string; readonly isUp: boolean } | undefined;
  /** Other cables of that node, or of that switch to others, that are up. */
  readonly others: number;
  readonly pods: number;
  readonly podsDown: number;
  readonly services: number;
};

export function hitOf(world: World, edge: Edge): Hit {
  const nic = world.vertex(edge.a);
  const node = edge.kind === EdgeKind.attach ? world.vertex(nic?.parent ?? 0) : undefined;
  const holder = node?.id ?? nic?.parent ?? 0;
  const others = world
    .membersOf(holder)
    .flatMap((part) => world.edgesOf(part))
    .filter(
      ({ id, kind, status }) => id !== edge.id && kind === edge.kind && status === "ok",
    ).length;
  if (node === undefined) return { node, others, pods: 0, podsDown: 0, services: 0 };
  const pods = world.membersOf(node.id).filter((id) => world.kindOf(id) === Kind.pod);
  const services = new Set(
    pods.flatMap((pod) =>
      world.edgesOf(pod).flatMap(({ kind, a }) => (kind === EdgeKind.endpoint ? [a] : [])),
    ),
  );
  return {
    node: { id: node.id, name: node.name, isUp: node.status === "ok" },
    others,
    pods: pods.length,
    podsDown: pods.filter((pod) => world.vertex(pod)?.status !== "ok").length,
    services: services.size,
  };
}

/** What it hit, in a sentence. */
export function hitText({ node, others, pods, podsDown, services }: Hit): string {
  const spare =
    others === 0
      ? "it was the only one"
      : `${others} other cable${others === 1 ? "" : "s"} still up: nothing is cut off`;
  if (node === undefined) return `A cable between switches; ${spare}.`;
  const state = node.isUp ? "still ready" : "cut off";
  const ready = podsDown === 0 ? "all of them ready" : `${podsDown} not ready`;
  return `${node.name} is ${state} (${spare}); ${pods} pods on it, ${ready}; ${services} services have endpoints there.`;
}
