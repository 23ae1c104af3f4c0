import { fitCamera, type Rect, type Size } from "../render/space";
import { pathOf } from "../state/path";
import type { EdgeMode, Path, Selection } from "../state/view";
import { EdgeFlag, EdgeKind, Health, Kind, ScopeState } from "../state/words";
import type { Model, ModelVertex } from "./model";
import { buildWorld, small } from "./small";

/** A fixed picture: a world, what is selected, and what the map is fitted to. */
export type Scene = {
  readonly name: string;
  readonly model: () => Model;
  readonly select?: (model: Model) => Selection;
  readonly path?: (model: Model) => Path;
  readonly edges?: EdgeMode;
  /** What fills the screen; without it, everything. */
  readonly focus?: (model: Model) => number;
  /** How much of the screen it fills; below 1 it is seen from afar. */
  readonly zoom?: number;
  readonly offline?: boolean;
};

/** The scenes of the gallery, of the golden display lists and of the pictures. */
export const scenes: readonly Scene[] = [
  { name: "all", model: () => buildWorld(small) },
  { name: "afar", model: () => buildWorld(small), zoom: 0.35 },
  { name: "site", model: () => buildWorld(small), focus: named(Kind.site, "east") },
  { name: "cluster", model: () => buildWorld(small), focus: named(Kind.cluster, "stage-east") },
  { name: "leaf", model: () => buildWorld(small), focus: named(Kind.device, "east-leaf1") },
  { name: "node", model: () => buildWorld(small), focus: named(Kind.node, "prod-east-n1") },
  {
    name: "node-selected",
    model: () => buildWorld(small),
    focus: named(Kind.site, "east"),
    select: (model) => ({ type: "vertex", id: named(Kind.node, "prod-east-n2")(model) }),
  },
  {
    name: "cable-selected",
    model: () => buildWorld(small),
    focus: named(Kind.site, "east"),
    select: (model) => ({ type: "edge", id: cableOf(model, "prod-east-n2") }),
  },
  {
    name: "disputed-selected",
    model: disputed,
    focus: named(Kind.site, "east"),
    zoom: 0.8,
    select: (model) => ({ type: "vertex", id: named(Kind.node, "prod-east-n2")(model) }),
  },
  {
    name: "service-selected",
    model: () => buildWorld(small),
    focus: named(Kind.cluster, "stage-east"),
    select: (model) => ({ type: "vertex", id: named(Kind.service, "web")(model) }),
  },
  {
    name: "way",
    model: () => buildWorld(small),
    focus: named(Kind.site, "east"),
    path: podWay,
  },
  {
    name: "way-afar",
    model: () => buildWorld(small),
    path: podWay,
  },
  { name: "unhealthy-edges", model: trouble, edges: "unhealthy" },
  { name: "no-edges", model: () => buildWorld(small), edges: "off" },
  { name: "trouble", model: trouble },
  { name: "trouble-near", model: trouble, focus: named(Kind.cluster, "prod-east") },
  { name: "dead-cluster", model: deadCluster },
  { name: "many-sites", model: manySites },
  {
    name: "many-sites-near",
    model: manySites,
    focus: named(Kind.site, "mil"),
    zoom: 0.7,
  },
  { name: "offline", model: () => buildWorld(small), offline: true },
];

/** The camera of a scene on a screen. */
export function cameraOf(scene: Scene, target: Rect, size: Size) {
  const camera = fitCamera(target, size, { margin: 24, mostScale: 4 });
  return { ...camera, scale: camera.scale * (scene.zoom ?? 1) };
}

function named(kind: number, name: string): (model: Model) => number {
  return (model) => find(model, kind, name).id;
}

/** The vertex of a kind and name. */
export function find(model: Model, kind: number, name: string): ModelVertex {
  const found = [...model.vertices.values()].find((one) => one.kind === kind && one.name === name);
  if (found === undefined) throw new Error(`the world has no ${name}`);
  return found;
}

function cableOf(model: Model, node: string): number {
  const { id } = find(model, Kind.node, node);
  const [nic] = model.childrenOf(id, Kind.nic);
  const edge = [...model.edges.values()].find(({ a }) => a === nic?.id);
  if (edge === undefined) throw new Error(`${node} has no cable`);
  return edge.id;
}

/** A pod's way to its port: pod, node, NIC, port, leaf, spine. */
function podWay(model: Model): Path {
  const cable = model.edges.get(cableOf(model, "prod-east-n2"));
  const node = find(model, Kind.node, "prod-east-n2");
  const [pod] = model.childrenOf(node.id, Kind.pod);
  const leaf = model.vertices.get(cable?.b ?? 0)?.parent ?? 0;
  const spine = find(model, Kind.device, "east-spine1").id;
  return pathOf(
    [pod?.id ?? 0, node.id, cable?.a ?? 0, cable?.b ?? 0, leaf, spine].map((vertex) => ({
      vertex,
    })),
  );
}

/** One of each: a link down, a leaf lost, a node down, pods in trouble, pods without a node. */
function trouble(): Model {
  const model = buildWorld(small);
  const node = find(model, Kind.node, "prod-east-n4");
  node.health = Health.down;
  node.note = "NotReady · port known";
  for (const pod of model.childrenOf(node.id, Kind.pod)) pod.health = Health.unknown;
  const [first, second] = model.childrenOf(find(model, Kind.node, "prod-east-n6").id, Kind.pod);
  if (first !== undefined)
    Object.assign(first, { health: Health.degraded, note: "CrashLoopBackOff" });
  if (second !== undefined) Object.assign(second, { health: Health.down, note: "Failed" });
  const cluster = find(model, Kind.cluster, "prod-east");
  for (const name of ["web-shop-aaaaa", "web-shop-bbbbb"]) {
    const pod = model.vertex(Kind.pod, name, cluster.id, {
      health: Health.degraded,
      note: "Pending",
    });
    pod.scopes = cluster.scopes;
  }
  const disputed = model.edges.get(cableOf(model, "prod-east-n9"));
  if (disputed !== undefined) disputed.flags |= EdgeFlag.disputed;
  loseLeaf(model, "east-leaf3");
  const [uplink] = [...model.edges.values()].filter(({ kind }) => kind === 1);
  if (uplink !== undefined) uplink.health = Health.down;
  return model;
}

/** A node's NIC that ports of two leaves hear. */
function disputed(): Model {
  const model = buildWorld(small);
  const cable = model.edges.get(cableOf(model, "prod-east-n2"));
  const leaf = find(model, Kind.device, "east-leaf2");
  const port = model.childrenOf(leaf.id, Kind.port).find(({ name }) => name === "swp20");
  if (cable === undefined || port === undefined) throw new Error("the world has no such ports");
  cable.flags |= EdgeFlag.disputed;
  const { kind, a, confidence, flags } = cable;
  model.edge(kind, a, port.id, { scopes: port.scopes, confidence, flags });
  return model;
}

/** Six sites in a ring of cables, one of them down; in one a node is down. */
function manySites(): Model {
  const names = ["ams", "fra", "lon", "mad", "mil", "par"];
  const model = buildWorld({
    sites: names.map((name) => ({ name, leaves: 8, spines: 2 })),
    clusters: names.map((name, site) => ({ name: `${name}-prod`, site, nodes: 8 })),
    podsPerNode: 6,
  });
  const ports = names.map((name) => {
    const border = find(model, Kind.device, `${name}-border1`);
    return model.childrenOf(border.id, Kind.port).slice(-3);
  });
  ports.forEach(([out], i) => {
    const to = ports[(i + 1) % ports.length]?.[1];
    const scopes = out?.scopes ?? [];
    model.edge(EdgeKind.link, out?.id ?? 0, to?.id ?? 0, {
      scopes,
      health: i === 2 ? Health.down : Health.ok,
    });
  });
  const node = find(model, Kind.node, "mil-prod-n3");
  node.health = Health.down;
  node.note = "NotReady · port known";
  return model;
}

/** A switch that does not answer any more: what it said is stale. */
function loseLeaf(model: Model, name: string): void {
  for (const scope of model.scopes.values()) {
    if (scope.source !== `snmp:${name}`) continue;
    Object.assign(scope, {
      state: ScopeState.unreachable,
      sinceMs: 1_700_000_000_000,
      message: "timeout",
    });
  }
}

function deadCluster(): Model {
  const model = buildWorld(small);
  for (const scope of model.scopes.values()) {
    if (scope.source === "kube:prod-west")
      Object.assign(scope, { state: ScopeState.unreachable, sinceMs: 1_700_000_000_000 });
  }
  return model;
}
