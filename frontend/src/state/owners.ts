import type { RestVertex } from "../api/rest";
import type { Edge } from "./graph";
import { EdgeKind, Kind, VertexFlag } from "./words";
import type { World } from "./world";

/** Who looks after something, and who said so. */
export type Owner = { readonly name: string; readonly saidBy: string };

/** The keys that name an owner, the most exact first: labels of objects, what devices are told. */
const ownerKeys = ["owner", "a8r.io/owner", "team", "contact"] as const;

/** The owner that a vertex names itself; undefined where nobody said one. */
export function ownerOf(vertex: RestVertex): Owner | undefined {
  const found = ownerKeys.flatMap((key) => {
    const attr = vertex.attrs.find((one) => one.key === key && one.value.trim() !== "");
    if (attr !== undefined) {
      const source = attr.said_by === undefined ? "" : `, said by ${attr.said_by.source}`;
      return [
        { key, name: attr.value, saidBy: `${key} of ${vertex.kind} ${vertex.name}${source}` },
      ];
    }
    const label = vertex.labels.find((one) => one.key === key && one.value.trim() !== "");
    if (label === undefined) return [];
    return [{ key, name: label.value, saidBy: `label ${key} of ${vertex.kind} ${vertex.name}` }];
  });
  const [first] = found;
  if (first === undefined) return hintOf(vertex);
  const team = first.key === "team" ? undefined : found.find(({ key }) => key === "team");
  const name = first.key === "team" ? teamName(first.name) : first.name;
  const more = team === undefined ? "" : ` (${teamName(team.name)})`;
  return { name: `${name}${more}`, saidBy: first.saidBy };
}

/** What people wrote at a port, as "uplink; owner: storage" or "team=web": a hint, for nobody keeps it true. */
const hint = /(?:^|[\s;,|(])(owner|team|contact)\s*[:=]\s*([^\s;,|)][^;,|)]*)/i;

function hintOf({ kind, name, attrs }: RestVertex): Owner | undefined {
  if (kind !== "port" && kind !== "lag") return undefined;
  const written = attrs.find(({ key }) => key === "description")?.value ?? "";
  const [, key, value] = hint.exec(written) ?? [];
  if (key === undefined || value === undefined) return undefined;
  const who = value.trim();
  return {
    name: key.toLowerCase() === "team" ? teamName(who) : who,
    saidBy: `hint in the description of ${kind} ${name}`,
  };
}

/** A label says `platform` where the configuration says "platform team": the same people by one name. */
export function teamName(value: string): string {
  return /\bteam\b/i.test(value) ? value : `${value} team`;
}

/** Something on one side, and what to ask for its owner in turn: itself, then what holds it. */
export type Holder = {
  readonly id: number;
  readonly chain: readonly number[];
  readonly advice: string;
};

/** A side of a seam, or the one side of what stands inside of one. */
export type Side = {
  readonly title: string;
  readonly holders: readonly Holder[];
  /** What is said where there is nothing on that side. */
  readonly none: string;
};

/** The sides of the seam at a vertex; none for what is not at one. */
export function sidesOf(world: World, id: number): readonly Side[] {
  const kind = world.kindOf(id);
  if (kind === Kind.node) {
    const nics = world.membersOf(id).filter((part) => world.kindOf(part) === Kind.nic);
    return atSeam(
      world,
      nics.flatMap((nic) => attachments(world, nic)),
      [id],
    );
  }
  if (kind === Kind.nic) return atSeam(world, attachments(world, id), [parentOf(world, id)]);
  if (kind === Kind.port || kind === Kind.lag) {
    const links = world.edgesOf(id).filter((edge) => edge.kind === EdgeKind.link);
    if (links.length > 0) return alongLink(world, links);
    const cables = attachments(world, id);
    return atSeam(
      world,
      cables,
      cables.map(({ a }) => parentOf(world, a)),
      [id],
    );
  }
  if (inCluster.includes(kind)) return [inside(world, id)];
  return [];
}

const inCluster: readonly number[] = [
  ...[Kind.namespace, Kind.workload, Kind.pod],
  ...[Kind.service, Kind.vip, Kind.ingress, Kind.gateway, Kind.route],
];

/** The sides of a cable. */
export function sidesAlong(world: World, edge: Edge): readonly Side[] {
  if (edge.kind === EdgeKind.attach) return atSeam(world, [edge], [parentOf(world, edge.a)]);
  return edge.kind === EdgeKind.link ? alongLink(world, [edge]) : [];
}

function attachments(world: World, id: number): readonly Edge[] {
  return world.edgesOf(id).filter(({ kind }) => kind === EdgeKind.attach);
}

function parentOf(world: World, id: number): number {
  return world.vertex(id)?.parent ?? 0;
}

/** An attachment's A is the NIC, its B the switch port. */
function atSeam(
  world: World,
  cables: readonly Edge[],
  nodes: readonly number[],
  ports = cables.map(({ b }) => b),
): readonly Side[] {
  return [
    {
      title: "network side",
      holders: unique(ports.map((port) => parentOf(world, port))).map((id) =>
        ofPorts(world, id, ports),
      ),
      none: "no switch port is known",
    },
    {
      title: "platform side",
      holders: unique(nodes).map((id) => holder(world, id)),
      none: "nothing of a cluster is known here",
    },
  ];
}

function alongLink(world: World, links: readonly Edge[]): readonly Side[] {
  const ends = unique(links.flatMap(({ a, b }) => [parentOf(world, a), parentOf(world, b)]));
  return ends.map((id) => ({
    title: world.vertex(id)?.name ?? "the other end",
    holders: [holder(world, id)],
    none: "",
  }));
}

function inside(world: World, id: number): Side {
  const asked = { ...holder(world, id), chain: above(world, id) };
  return { title: "looked after by", holders: [asked], none: "" };
}

function unique(ids: readonly number[]): readonly number[] {
  return [...new Set(ids)].filter((id) => id !== 0);
}

function holder(world: World, id: number): Holder {
  const vertex = world.vertex(id);
  const isUnpolled = ((vertex?.flags ?? 0) & VertexFlag.unmanaged) !== 0;
  const advice =
    vertex?.kind !== Kind.device
      ? "a label owner or team says it"
      : isUnpolled
        ? "it is not polled"
        : "its sysContact says it";
  return { id, chain: vertex?.kind === Kind.device ? [id] : above(world, id), advice };
}

/** A device at the seam: its port may say more exactly whose the cable is, if it is one. */
function ofPorts(world: World, device: number, ports: readonly number[]): Holder {
  const own = unique(ports).filter((port) => parentOf(world, port) === device);
  const asked = holder(world, device);
  return own.length === 1 ? { ...asked, chain: [...own, ...asked.chain] } : asked;
}

/** A vertex, what controls it, and what holds that, up to the cluster. */
function above(world: World, id: number): readonly number[] {
  const chain = [id];
  let vertex = world.vertex(id);
  while (vertex !== undefined && vertex.kind !== Kind.cluster && chain.length < 8) {
    const next = vertex.controller !== 0 ? vertex.controller : vertex.parent;
    vertex = world.vertex(next);
    if (vertex !== undefined) chain.push(next);
  }
  return chain;
}
