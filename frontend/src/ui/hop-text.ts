import { Kind, VertexFlag } from "../state/words";
import type { World } from "../state/world";

/** How it is known that one hop stands in the other: who says so. */
export function containedText(world: World, from: number, to: number): string {
  const [near, far] = [world.vertex(from), world.vertex(to)];
  if (near === undefined || far === undefined) return "";
  if (near.kind === Kind.pod && far.kind === Kind.node) {
    const cluster = world.vertex(far.parent);
    return `runs on it: so says the API server of ${cluster?.name ?? "its cluster"}`;
  }
  if (far.kind === Kind.nic)
    return (far.flags & VertexFlag.derived) === 0
      ? "has this NIC: the node itself is the source"
      : "has this NIC: known from what it tells the switch by LLDP";
  if (near.kind === Kind.port)
    return `is a port of it: in the interface table that ${far.name} gives by SNMP`;
  return "contains it";
}
