import type { Edge, Vertex } from "./graph";
import { pathOf } from "./path";
import type { Path } from "./view";
import { EdgeKind, Kind, VertexFlag } from "./words";
import type { World } from "./world";

/**
 * The way from a pod to the network: pod, node, NIC, port, leaf, spine, with
 * the cables between them. It ends where nothing more is known; without a
 * known port there is none.
 */
export function followPod(world: World, pod: number): Path {
  const node = world.vertex(world.vertex(pod)?.parent ?? 0);
  if (node?.kind !== Kind.node) return [];
  const up = climb(world, node.id);
  return up.length === 0 ? [] : [...pathOf([{ vertex: pod }, { vertex: node.id }]), ...up];
}

/**
 * A pod that shows the most: healthy, of a workload, on a node whose one cable
 * is known and leads up to a spine. 0 if no pod's port is known.
 */
export function choosePod(world: World): number {
  const nodes: { readonly id: number; readonly name: string; readonly rank: number }[] = [];
  world.eachVertex([Kind.node], (id) => {
    const vertex = world.vertex(id);
    if (vertex === undefined) return;
    const hops = climb(world, id).length;
    if (hops === 0) return;
    const single = attachesOf(world, id).length === 1 ? 1 : 0;
    nodes.push({
      id,
      name: vertex.name,
      rank: hops * 4 + (vertex.status === "ok" ? 2 : 0) + single,
    });
  });
  nodes.sort((p, q) => q.rank - p.rank || byName.compare(p.name, q.name));
  for (const isWanted of [isApplication, () => true]) {
    for (const { id } of nodes) {
      const pods = membersOf(world, id, Kind.pod).filter((pod) => isWanted(world, pod));
      const best = pods.find(({ status }) => status === "ok");
      if (best !== undefined) return best.id;
    }
  }
  return 0;
}

const byName = new Intl.Collator("en", { numeric: true });

/** Not what every node runs to be a node. */
function isApplication(world: World, { controller }: Vertex): boolean {
  const workload = world.vertex(controller);
  const namespace = world.vertex(workload?.parent ?? 0);
  return workload?.kind === Kind.workload && !/^kube-|monitoring/.test(namespace?.name ?? "");
}

/** From a node upwards: NIC, cable, port, leaf, cable, spine. */
function climb(world: World, node: number): Path {
  const attach = best(attachesOf(world, node), () => 0);
  const port = world.vertex(attach?.b ?? 0);
  const leaf = world.vertex(port?.parent ?? 0);
  if (attach === undefined || port === undefined || leaf?.kind !== Kind.device) return [];
  const down = pathOf([
    { vertex: attach.a },
    { edge: attach.id },
    { vertex: port.id },
    { vertex: leaf.id },
  ]);
  const uplinks = uplinksOf(world, leaf.id);
  const uplink = best([...uplinks.keys()], (edge) => linkCount(world, uplinks.get(edge) ?? 0));
  const spine = uplink === undefined ? undefined : uplinks.get(uplink);
  if (uplink === undefined || spine === undefined) return down;
  return [...down, ...pathOf([{ edge: uplink.id }, { vertex: spine }])];
}

/** The links of a leaf to devices that carry no nodes themselves, and those devices. */
function uplinksOf(world: World, leaf: number): Map<Edge, number> {
  const uplinks = new Map<Edge, number>();
  for (const port of membersOf(world, leaf, Kind.port)) {
    for (const edge of edgesOf(world, port.id, EdgeKind.link)) {
      const far = world.vertex(world.vertex(edge.a === port.id ? edge.b : edge.a)?.parent ?? 0);
      if (far?.kind !== Kind.device || (far.flags & VertexFlag.unmanaged) !== 0) continue;
      const carries = membersOf(world, far.id, Kind.port).some(
        ({ id }) => edgesOf(world, id, EdgeKind.attach).length > 0,
      );
      if (far.id !== leaf && !carries) uplinks.set(edge, far.id);
    }
  }
  return uplinks;
}

function linkCount(world: World, device: number): number {
  return membersOf(world, device, Kind.port).filter(
    ({ id }) => edgesOf(world, id, EdgeKind.link).length > 0,
  ).length;
}

function attachesOf(world: World, node: number): Edge[] {
  return membersOf(world, node, Kind.nic).flatMap(({ id }) => edgesOf(world, id, EdgeKind.attach));
}

/** The healthiest, then the one of highest rank, then the surest. */
function best(edges: readonly Edge[], rank: (edge: Edge) => number): Edge | undefined {
  const health = ({ status }: Edge): number => (status === "ok" ? 1 : 0);
  return [...edges].sort(
    (p, q) =>
      health(q) - health(p) || rank(q) - rank(p) || q.confidence - p.confidence || p.id - q.id,
  )[0];
}

function edgesOf(world: World, id: number, kind: number): Edge[] {
  return world.edgesOf(id).filter((edge) => edge.kind === kind);
}

function membersOf(world: World, id: number, kind: number): Vertex[] {
  return world
    .membersOf(id)
    .flatMap((member) => (world.kindOf(member) === kind ? (world.vertex(member) ?? []) : []));
}

/** A hop of a way, with the hop before it and the cable that leads here, if one does. */
export type Hop = {
  readonly id: number;
  readonly from: number;
  /** Whether a cable leads here; containment does not count. */
  readonly isCabled: boolean;
  /** The cable; undefined while it is not there. */
  readonly edge: Edge | undefined;
};

/** The hops of a way. A cable that was pulled and put back is another edge between the same ends. */
export function hopsAlong(world: World, path: Path): Hop[] {
  return path.flatMap(({ type, id }, i) => {
    if (type !== "vertex") return [];
    const before = path[i - 1];
    const isCabled = before?.type === "edge";
    const from = path[isCabled ? i - 2 : i - 1];
    const start = from?.type === "vertex" ? from.id : 0;
    const edge = isCabled ? (world.edgeById(before.id) ?? between(world, start, id)) : undefined;
    return [{ id, from: start, isCabled, edge }];
  });
}

function between(world: World, from: number, to: number): Edge | undefined {
  const ends = new Set([to, ...world.membersOf(to)]);
  const edges = [from, ...world.membersOf(from)]
    .flatMap((id) => world.edgesOf(id))
    .filter(({ kind, a, b }) => isCable(kind) && (ends.has(a) || ends.has(b)));
  return best(edges, () => 0);
}

function isCable(kind: number): boolean {
  return kind === EdgeKind.attach || kind === EdgeKind.link;
}
