import type { ChannelStore } from "./channel";
import { freshnessOf, type Status, statusOf } from "./freshness";
import { Kind, VertexFlag } from "./words";

/** What a container holds: how many of which kind, and how they are. By count, never by the worst child alone. */
export type Rollup = {
  devices: number;
  nodes: number;
  pods: number;
  services: number;
  /** Of devices, nodes and pods together. */
  status: Record<Status, number>;
};

export function emptyRollup(): Rollup {
  return {
    devices: 0,
    nodes: 0,
    pods: 0,
    services: 0,
    status: { ok: 0, degraded: 0, down: 0, stale: 0, unknown: 0 },
  };
}

export function addRollup(into: Rollup, from: Rollup): void {
  into.devices += from.devices;
  into.nodes += from.nodes;
  into.pods += from.pods;
  into.services += from.services;
  for (const status of Object.keys(into.status) as Status[])
    into.status[status] += from.status[status];
}

/** The worst state inside with its count, or undefined when all is well. */
export function worstOf(
  rollup: Rollup,
): { readonly status: Status; readonly count: number } | undefined {
  for (const status of ["down", "degraded", "stale", "unknown"] as const) {
    if (rollup.status[status] > 0) return { status, count: rollup.status[status] };
  }
  return undefined;
}

/** Rolls up one channel: for each container that stands in it, what it holds. */
export function rollUp(store: ChannelStore): Map<number, Rollup> {
  const rollups = new Map<number, Rollup>();
  const of = (id: number): Rollup => {
    const held = rollups.get(id);
    if (held !== undefined) return held;
    const made = emptyRollup();
    rollups.set(id, made);
    return made;
  };
  // Bottom up: a kind is finished before the kind that holds it begins.
  const { vertices } = store;
  const own = ownStatus(store);
  eachOfKind(store, Kind.pod, (row) => {
    count(of(vertices.parent[row] ?? 0), "pods", own(row));
    const controller = vertices.controller[row] ?? 0;
    if (controller !== 0) count(of(controller), "pods", own(row));
  });
  eachOfKind(store, Kind.service, (row) => {
    of(vertices.parent[row] ?? 0).services++;
  });
  eachOfKind(store, Kind.workload, (row) => {
    addRollup(of(vertices.parent[row] ?? 0), of(vertices.ids[row] ?? 0));
  });
  const cluster = new Set<number>();
  eachOfKind(store, Kind.node, (row) => {
    const parent = vertices.parent[row] ?? 0;
    cluster.add(parent);
    count(of(parent), "nodes", own(row));
    addRollup(of(parent), of(vertices.ids[row] ?? 0));
  });
  eachOfKind(store, Kind.namespace, (row) => {
    of(vertices.parent[row] ?? 0).services += of(vertices.ids[row] ?? 0).services;
  });
  eachOfKind(store, Kind.device, (row) =>
    count(of(vertices.parent[row] ?? 0), "devices", own(row)),
  );
  rollups.delete(0);
  return rollups;
}

/** Of a neighbour that nobody manages nothing is known, which is as it should be: no problem to count. */
function ownStatus(store: ChannelStore): (row: number) => Status {
  const { vertices, scopes } = store;
  return (row) =>
    ((vertices.flags[row] ?? 0) & VertexFlag.unmanaged) !== 0
      ? "ok"
      : statusOf(
          vertices.kind[row] ?? 0,
          vertices.health[row] ?? 0,
          freshnessOf(vertices.scopes(row), scopes),
        );
}

function count(into: Rollup, what: "devices" | "nodes" | "pods", status: Status): void {
  into[what]++;
  into.status[status]++;
}

/** Calls back for each row of a kind that belongs to this channel, rather than being named from another. */
function eachOfKind(store: ChannelStore, kind: number, visit: (row: number) => void): void {
  const { vertices } = store;
  for (let row = 0; row < vertices.size; row++) {
    if (vertices.kind[row] === kind && ((vertices.flags[row] ?? 0) & VertexFlag.stub) === 0)
      visit(row);
  }
}
