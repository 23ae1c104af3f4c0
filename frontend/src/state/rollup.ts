import type { ChannelStore } from "./channel";
import { edgeAt } from "./edge-at";
import { type Status, statuses } from "./freshness";
import { EdgeKind, Kind, overview, VertexFlag } from "./words";

/** What a container holds: how many of which kind, and how they are. By count, never by the worst child alone. */
export type Rollup = {
  devices: number;
  nodes: number;
  pods: number;
  services: number;
  /** Of devices, nodes and pods together. */
  status: Shares;
  /** Of these, the nodes, and the pods. */
  nodeStatus: Shares;
  podStatus: Shares;
  /** Of the cables that end in a site or cluster: they are not in its share bar. */
  cables: Shares;
};

export type Shares = Record<Status, number>;

const none = (): Shares => ({ ok: 0, degraded: 0, down: 0, stale: 0, unknown: 0 });

export function emptyRollup(): Rollup {
  return {
    devices: 0,
    nodes: 0,
    pods: 0,
    services: 0,
    status: none(),
    nodeStatus: none(),
    podStatus: none(),
    cables: none(),
  };
}

export function addRollup(into: Rollup, from: Rollup): void {
  into.devices += from.devices;
  into.nodes += from.nodes;
  into.pods += from.pods;
  into.services += from.services;
  for (const status of statuses) {
    into.status[status] += from.status[status];
    into.nodeStatus[status] += from.nodeStatus[status];
    into.podStatus[status] += from.podStatus[status];
    into.cables[status] += from.cables[status];
  }
}

/** A roll-up as the server writes it. */
export function readRollup(numbers: ArrayLike<number>): Rollup {
  const at = (group: number): Shares => {
    const shares = none();
    statuses.forEach((status, s) => {
      shares[status] = numbers[group * statuses.length + s] ?? 0;
    });
    return shares;
  };
  const sum = (shares: Shares): number => statuses.reduce((all, status) => all + shares[status], 0);
  const [devices, nodes, pods, services] = [at(0), at(1), at(2), at(3)];
  const status = none();
  for (const one of statuses) status[one] = devices[one] + nodes[one] + pods[one];
  return {
    devices: sum(devices),
    nodes: sum(nodes),
    pods: sum(pods),
    services: sum(services),
    status,
    nodeStatus: nodes,
    podStatus: pods,
    cables: at(4),
  };
}

/** How many are in a state that is a problem: cables are when they do not carry. */
export function illOf({ status, cables }: Rollup, state: Status): number {
  return status[state] + (state === "down" || state === "degraded" ? cables[state] : 0);
}

/** What is in a state that is a problem, by kind: "1 node", "3 pods". */
export function illThings(rollup: Rollup, state: Status): string[] {
  const nodes = rollup.nodeStatus[state];
  const pods = rollup.podStatus[state];
  const devices = rollup.status[state] - nodes - pods;
  const cables = illOf(rollup, state) - rollup.status[state];
  return [
    [devices, "device"] as const,
    [nodes, "node"] as const,
    [cables, "cable"] as const,
    [pods, "pod"] as const,
  ].flatMap(([count, word]) =>
    count === 0 ? [] : [`${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`],
  );
}

/** Says whether anything in it has been heard of. */
export function isEmpty({ devices, nodes, pods, services }: Rollup): boolean {
  return devices + nodes + pods + services === 0;
}

/** The worst state inside with its count, or undefined when all is well. */
export function worstOf(
  rollup: Rollup,
): { readonly status: Status; readonly count: number } | undefined {
  for (const status of ["down", "degraded", "stale", "unknown"] as const) {
    const count = illOf(rollup, status);
    if (count > 0) return { status, count };
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
  for (const row of rows(Kind.device)) count(rollups.of(parent[row]), "devices", statusAt(row));
  const all = rollups.all();
  const root = rootOf(store);
  if (root !== 0) all.set(root, whole(store, rows));
  return all;
}

/** A site or cluster holds all that its channel does, in racks and nodes or not: as the server counts it. */
function whole(store: ChannelStore, rows: (kind: number) => readonly number[]): Rollup {
  const rollup = emptyRollup();
  for (const row of rows(Kind.device)) count(rollup, "devices", ownStatus(store, row));
  for (const row of rows(Kind.node)) count(rollup, "nodes", ownStatus(store, row));
  for (const row of rows(Kind.pod)) count(rollup, "pods", ownStatus(store, row));
  rollup.services = rows(Kind.service).length;
  for (let row = 0; row < store.edges.size; row++) {
    const kind = store.edges.kind[row];
    if (kind === EdgeKind.link || kind === EdgeKind.attach)
      rollup.cables[edgeAt(store, row).status]++;
  }
  return rollup;
}

/** The site or cluster of a channel; 0 in the overview. */
function rootOf({ name }: ChannelStore): number {
  return name === overview ? 0 : Number(name.slice(name.indexOf(":v") + 2));
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

function ownStatus({ vertices }: ChannelStore, row: number): Status {
  return statuses[vertices.status[row] ?? 0] ?? "ok";
}

function count(into: Rollup, what: "devices" | "nodes" | "pods", status: Status): void {
  into[what]++;
  into.status[status]++;
  if (what === "nodes") into.nodeStatus[status]++;
  if (what === "pods") into.podStatus[status]++;
}

/**
 * The rows of a kind that belong to this channel, rather than being named from
 * another. A neighbour that nobody manages is not counted: nobody says how it
 * is, not even that it is well.
 */
function rowsByKind({ vertices }: ChannelStore): (kind: number) => readonly number[] {
  const byKind = new Map<number, number[]>();
  for (let row = 0; row < vertices.size; row++) {
    if (((vertices.flags[row] ?? 0) & (VertexFlag.stub | VertexFlag.unmanaged)) !== 0) continue;
    const kind = vertices.kind[row] ?? 0;
    const rows = byKind.get(kind);
    if (rows === undefined) byKind.set(kind, [row]);
    else rows.push(row);
  }
  return (kind) => byKind.get(kind) ?? [];
}
