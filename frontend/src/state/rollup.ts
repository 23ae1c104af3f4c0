import type { ChannelStore } from "./channel";
import { type Status, statuses } from "./freshness";
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
  const rollups = new Rollups();
  const { parent, controller, ids } = store.vertices;
  const rows = rowsByKind(store);
  const statusAt = (row: number): Status => ownStatus(store, row);
  // Bottom up: a kind is finished before the kind that holds it begins.
  for (const row of rows(Kind.pod)) {
    count(rollups.of(parent[row]), "pods", statusAt(row));
    count(rollups.of(controller[row]), "pods", statusAt(row));
  }
  for (const row of rows(Kind.service)) rollups.of(parent[row]).services++;
  for (const row of rows(Kind.workload)) addRollup(rollups.of(parent[row]), rollups.of(ids[row]));
  for (const row of rows(Kind.node)) {
    count(rollups.of(parent[row]), "nodes", statusAt(row));
    addRollup(rollups.of(parent[row]), rollups.of(ids[row]));
  }
  for (const row of rows(Kind.namespace)) {
    rollups.of(parent[row]).services += rollups.of(ids[row]).services;
  }
  for (const row of rows(Kind.device)) count(rollups.of(parent[row]), "devices", statusAt(row));
  return rollups.all();
}

class Rollups {
  readonly #byId = new Map<number, Rollup>();

  of(id = 0): Rollup {
    const held = this.#byId.get(id);
    if (held !== undefined) return held;
    const made = emptyRollup();
    this.#byId.set(id, made);
    return made;
  }

  /** 0 gathered what nothing holds. */
  all(): Map<number, Rollup> {
    this.#byId.delete(0);
    return this.#byId;
  }
}

/** Of a neighbour that nobody manages nothing is known, which is as it should be: no problem to count. */
function ownStatus({ vertices }: ChannelStore, row: number): Status {
  if (((vertices.flags[row] ?? 0) & VertexFlag.unmanaged) !== 0) return "ok";
  return statuses[vertices.status[row] ?? 0] ?? "ok";
}

function count(into: Rollup, what: "devices" | "nodes" | "pods", status: Status): void {
  into[what]++;
  into.status[status]++;
}

/** The rows of a kind that belong to this channel, rather than being named from another. */
function rowsByKind({ vertices }: ChannelStore): (kind: number) => readonly number[] {
  const byKind = new Map<number, number[]>();
  for (let row = 0; row < vertices.size; row++) {
    if (((vertices.flags[row] ?? 0) & VertexFlag.stub) !== 0) continue;
    const kind = vertices.kind[row] ?? 0;
    const rows = byKind.get(kind);
    if (rows === undefined) byKind.set(kind, [row]);
    else rows.push(row);
  }
  return (kind) => byKind.get(kind) ?? [];
}
