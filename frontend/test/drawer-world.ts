import { buildWorld, small } from "../src/gallery/small";
import { EdgeKind, edgeText, Kind, vertexText } from "../src/state/words";

// What the made-up server of the drawer's tests says: a world, and answers of REST.

export const model = buildWorld(small);
export const link = [...model.edges.keys()][0] ?? 0;
export const leaf = [...model.vertices.values()].find(({ name }) => name.endsWith("leaf1"));
export const leafText = vertexText(leaf?.id ?? 0);
export const port = model.childrenOf(leaf?.id ?? 0, Kind.port)[0];

/** A row of every outcome, as the server would report them. */
export const heard = {
  items: ["unresolved", "ambiguous", "one-sided", "matched", "ignored"].map((verdict, i) => ({
    verdict,
    protocol: i === 3 ? "cdp" : "lldp",
    row: `host${i}, chassis 02:00:00:00:00:0${i}, port eth0`,
    device: { id: leafText, kind: "device", name: leaf?.name },
    port: { id: vertexText(port?.id ?? 0), kind: "port", name: port?.name },
    remote: { id: "v1", kind: "node", name: `host${i}` },
    ...(i > 0 && i < 4 ? { edge: edgeText(link) } : {}),
    confidence: i > 0 && i < 4 ? 0.9 : 0,
    why: "system name host is the node's",
    candidates: [{ id: "v2", kind: "node", name: "another" }],
    scope: "snmp:leaf1/lldp",
    since: new Date(Date.now() - 60_000).toISOString(),
  })),
};

export const idOf = (kind: number): number =>
  [...model.vertices.values()].find((one) => one.kind === kind)?.id ?? 0;
const node = model.vertices.get(idOf(Kind.node));
export const vip = model.vertex(Kind.vip, "192.0.2.1", idOf(Kind.namespace), {
  scopes: node?.scopes ?? [],
});
export const clusterText = vertexText(model.vertices.get(idOf(Kind.namespace))?.parent ?? 0);
const announces = model.edge(EdgeKind.announces, node?.id ?? 0, vip.id);
const spine = [...model.vertices.values()].find(({ name }) => name.endsWith("spine1"));
const peers = model.edge(EdgeKind.peers, leaf?.id ?? 0, spine?.id ?? 0);

function edgeOf(id: number, attrs: Readonly<Record<string, string>>): object {
  const end = {
    id: vertexText(node?.id ?? 0),
    kind: "node",
    name: node?.name,
    qualified: node?.name,
  };
  return {
    ...{ id: edgeText(id), kind: "announces", a: end, b: end, health: "ok", confidence: 0.9 },
    ...{ reported_a: true, reported_b: false, disputed: false, freshness: { state: "live" } },
    ...{ scopes: [], evidence: [] },
    attrs: Object.entries(attrs).map(([key, value]) => ({ key, value })),
  };
}

export const announced = edgeOf(announces.id, {
  mechanism: "MetalLB L2",
  object: "a Lease",
  trust: "high",
});
export const session = edgeOf(peers.id, {
  session: "BGP 10.0.0.1 with 10.0.0.2 AS 65001 established",
});
export const reached = {
  ...{
    id: vertexText(vip.id),
    kind: "vip",
    name: vip.name,
    layer: "service",
    path: [],
    health: "ok",
  },
  ...{ freshness: { state: "live" }, labels: [], aliases: [], scopes: [], children: {} },
  attrs: [
    { key: "endpoints", value: "w01 2/2, w02 0/1" },
    { key: "exposure", value: "LB-L2" },
    { key: "mechanism", value: "MetalLB L2" },
  ],
};

export const portRef = { id: vertexText(port?.id ?? 0), kind: "port", name: port?.name };
/** A table that was read a while ago. */
export const learned = [
  {
    ...{ source: "snmp:leaf1", table: "fdb", state: "stale", since: new Date().toISOString() },
    ...{ last_ok: new Date(Date.now() - 9_000_000).toISOString(), count: 2, aged: 1, ports: [] },
    rows: [
      { mac: "02:00:00:00:00:07", vlan: 10 },
      { mac: "02:00:00:00:00:08", vlan: 10 },
      { mac: "02:00:00:00:00:09", vlan: 20, aged: true },
    ],
  },
];

const found = {
  name: "leaf1",
  chassis: "02:00:00:00:00:01",
  tries: 1,
  since: new Date().toISOString(),
};
/** A search in the middle of its work. */
export const search = {
  ...{ enabled: true, dry_run: false, running: true, since: null, max_depth: 3, max_devices: 50 },
  ...{ seeds: ["10.0.0.1"], allow: ["10.0.0.0/16"], deny: ["10.0.9.0/24"], left_out: 2 },
  counts: { found: 1, locked: 1, queued: 1 },
  credentials: [
    { name: "core", accepted: 1, rejected: 0, suspended: false },
    { name: "old", accepted: 0, rejected: 3, suspended: true },
  ],
  items: [
    { ...found, address: "10.0.0.1", state: "found", why: "", depth: 0, source: "snmp:10.0.0.1" },
    {
      ...{ ...found, address: "10.0.0.2", state: "locked", why: "wrong password for 2 sets" },
      ...{ name: "leaf2", depth: 1, via_name: "leaf1", protocol: "lldp", tries: 2 },
      vertex: { id: leafText, kind: "device", name: "leaf2" },
    },
    { ...found, address: "10.0.0.3", state: "queued", why: "", depth: 1, via_name: "leaf1" },
  ],
};

/** A vertex with one attribute, as REST gives it. */
export function restOf(key: string, value: string): object {
  return {
    ...{
      id: leafText,
      kind: "device",
      name: leaf?.name,
      layer: "physical",
      path: [],
      health: "ok",
    },
    ...{ freshness: { state: "live" }, attrs: [{ key, value }], labels: [], aliases: [] },
    ...{ scopes: [], children: {} },
  };
}
