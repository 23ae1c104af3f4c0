import type { Vertex } from "./graph";
import { Kind, ScopeState, VertexFlag } from "./words";
import type { World } from "./world";

/** The switches' sources that speak of a vertex, of those that are given. */
export function switchSources(world: World, scopes: readonly number[]): readonly string[] {
  const sources = scopes.flatMap((id) => world.scope(id)?.source ?? []);
  return [...new Set(sources.filter((source) => source.startsWith("snmp:")))];
}

/** Why nothing is heard at a device, port, node or NIC, as far as the map knows. */
export function whySilent(world: World, vertex: Vertex, scopes: readonly number[]): string {
  if (vertex.kind === Kind.node || vertex.kind === Kind.nic)
    return "No switch reports this machine by LLDP, and no MAC table has led to its port.";
  if ((vertex.flags & VertexFlag.unmanaged) !== 0)
    return "It is not polled: netseam knows of it only from its neighbours. Add it to the switches in the configuration to hear its own side.";
  const device = vertex.kind === Kind.device ? vertex : world.vertex(vertex.parent);
  const name = device?.name ?? "The device";
  const lldp = scopesOf(world, scopes).find(({ table }) => table === "lldp");
  if (vertex.freshness.state === "stale")
    return `${name} does not answer at present, and when it did, nobody was heard.`;
  if (vertex.note.includes("admin down"))
    return "The port is switched off, so nobody can be heard.";
  if (vertex.kind === Kind.port && vertex.note !== "")
    return "There is no link on this port, so nobody can be heard.";
  if (lldp?.state === ScopeState.unsupported)
    return `${name} gives no LLDP table: LLDP is off there, or its SNMP agent does not tell.`;
  if (lldp?.state === ScopeState.forbidden)
    return `${name} does not permit its LLDP table to be read: let the community or user read the whole tree.`;
  return vertex.kind === Kind.device
    ? `${name} answers, and hears nobody: is LLDP on, and on the ports?`
    : "The link is up and nobody speaks: what is at the other end sends no LLDP, or it is off on this port.";
}

function scopesOf(world: World, ids: readonly number[]) {
  return ids.flatMap((id) => world.scope(id) ?? []);
}
