/**
 * The words of api/kind.go and api/observation.go with their numbers on the
 * wire. words.test.ts reads those files and compares.
 */

export const Kind = {
  region: 1,
  site: 2,
  rack: 3,
  device: 10,
  port: 11,
  lag: 12,
  segment: 13,
  hypervisor: 14,
  vlan: 20,
  subnet: 21,
  address: 22,
  vrf: 23,
  pool: 24,
  cluster: 30,
  node: 31,
  nic: 32,
  namespace: 40,
  workload: 41,
  pod: 42,
  service: 50,
  vip: 51,
  ingress: 52,
  gateway: 53,
  route: 54,
  provider: 60,
  internet: 61,
} as const;

export const EdgeKind = {
  link: 1,
  attach: 2,
  member: 3,
  carries: 4,
  in: 5,
  endpoint: 6,
  routes: 7,
  announces: 8,
  peers: 9,
  tunnels: 10,
} as const;

export const Health = { unknown: 0, ok: 1, degraded: 2, down: 3 } as const;

export const ScopeState = {
  unknown: 0,
  live: 1,
  connecting: 2,
  syncing: 3,
  stale: 4,
  unsupported: 5,
  forbidden: 6,
  unauthorised: 7,
  unreachable: 8,
} as const;

/** Bits of a vertex's flags. */
export const VertexFlag = { derived: 1, stub: 2, unmanaged: 4, blocked: 8 } as const;

/** Bits of an edge's flags. */
export const EdgeFlag = { reportedA: 1, reportedB: 2, disputed: 4 } as const;

/** What furniture is: boxes that are no vertices. */
export const Role = {
  part: 1,
  more: 2,
  tray: 3,
  shelf: 4,
  rack: 5,
  gutter: 6,
  zone: 7,
  tier: 8,
  host: 9,
  bridge: 10,
} as const;

const furnitureBase = 2 ** 52;

/** Says whether an ID is that of furniture; all below are vertices'. */
export function isFurniture(id: number): boolean {
  return id >= furnitureBase;
}

/** The vertex that furniture belongs to. */
export function ownerOf(furniture: number): number {
  return Math.floor((furniture - furnitureBase) / 4096);
}

export type Layer = "place" | "physical" | "network" | "node" | "pod" | "service" | "outside";

/** The layer that a kind belongs to: its colour. */
export function layerOf(kind: number): Layer {
  if (kind < 10) return "place";
  if (kind < 20) return "physical";
  if (kind < 30) return "network";
  if (kind < 40) return "node";
  if (kind < 50) return "pod";
  if (kind < 60) return "service";
  return "outside";
}

function inverse(names: Readonly<Record<string, number>>): ReadonlyMap<number, string> {
  return new Map(Object.entries(names).map(([name, number]) => [number, name]));
}

const kindNames = inverse(Kind);
const edgeKindNames = inverse(EdgeKind);
const healthNames = inverse(Health);
const stateNames = inverse(ScopeState);

export function kindName(kind: number): string {
  return kindNames.get(kind) ?? `kind ${kind}`;
}

export function edgeKindName(kind: number): string {
  return edgeKindNames.get(kind) ?? `kind ${kind}`;
}

export function healthName(health: number): string {
  return healthNames.get(health) ?? `health ${health}`;
}

export function stateName(state: number): string {
  return stateNames.get(state) ?? `state ${state}`;
}

/** A vertex's ID as REST and URLs write it. */
export function vertexText(id: number): string {
  return `v${id}`;
}

/** Reads what vertexText writes; 0 if it is something else. */
export function parseVertex(text: string): number {
  return parseId(text, "v");
}

export function edgeText(id: number): string {
  return `e${id}`;
}

export function parseEdge(text: string): number {
  return parseId(text, "e");
}

function parseId(text: string, prefix: string): number {
  if (!text.startsWith(prefix) || !/^[1-9]\d{0,15}$/.test(text.slice(1))) return 0;
  const id = Number(text.slice(1));
  return Number.isSafeInteger(id) ? id : 0;
}

/** The channel that is always open: it places the districts. */
export const overview = "overview";

/** The channel of a site's or cluster's inside, or undefined for other kinds. */
export function districtOf(id: number, kind: number): string | undefined {
  if (kind === Kind.site) return `site:${vertexText(id)}`;
  if (kind === Kind.cluster) return `cluster:${vertexText(id)}`;
  return undefined;
}
