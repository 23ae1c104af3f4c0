import { isDisputed } from "./disputes";
import { type Status, statuses } from "./freshness";
import type { Edge, Vertex } from "./graph";
import { endText, networkFirst } from "./names";
import { worstOf } from "./rollup";
import { severityOf, wrongIn } from "./severity";
import type { Selection, Tab } from "./view";
import { EdgeFlag, EdgeKind, Kind } from "./words";
import type { World } from "./world";

/** A row of a table: what it stands for, and its cells in the order of the columns. */
export type Row = {
  readonly selection: Selection;
  readonly status: Status;
  /** The sign of its state: a dispute is none of its own. */
  readonly sign: Sign;
  /** How bad it is, to sort states by. */
  readonly severity: number;
  readonly cells: readonly string[];
};

export type Sign = Status | "disputed";

export type Table = {
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
  /** The column that it is sorted by while nobody asks for another. */
  readonly first: string;
};

/** The table of a tab: the same things as on the map, in words. */
export function tableOf(world: World, tab: Tab): Table {
  switch (tab) {
    case "sites":
      return vertexTable(
        world,
        Kind.site,
        ["Site", "Clusters", "Devices", "Nodes", "Pods", "State"],
        siteCells,
      );
    case "devices":
      return vertexTable(
        world,
        Kind.device,
        ["Device", "Site", "Ports in use", "State"],
        deviceCells,
      );
    case "links":
      return linkTable(world);
    case "clusters":
      return vertexTable(
        world,
        Kind.cluster,
        ["Cluster", "Site", "Nodes", "Pods", "Services", "State"],
        clusterCells,
      );
    case "nodes":
      return vertexTable(
        world,
        Kind.node,
        ["Node", "Cluster", "NICs", "Switch port", "Pods", "State"],
        nodeCells,
      );
    case "pods":
      return vertexTable(
        world,
        Kind.pod,
        ["Pod", "Cluster", "Namespace", "Workload", "Node", "State"],
        podCells,
      );
    case "services":
      return vertexTable(
        world,
        Kind.service,
        ["Service", "Namespace", "Cluster", "Outside at", "Endpoints", "State"],
        serviceCells,
      );
  }
}

type Cells = (world: World, vertex: Vertex) => string[];

function vertexTable(world: World, kind: number, columns: readonly string[], cells: Cells): Table {
  const rows: Row[] = [];
  world.eachVertex([kind], (id) => {
    const vertex = world.vertex(id);
    if (vertex === undefined) return;
    rows.push({
      selection: { type: "vertex", id },
      ...stateOf(world, vertex),
      cells: [...cells(world, vertex), stateText(world, vertex)],
    });
  });
  // Of sites one wants to know which is the worst, of all else where it is.
  return { columns, rows, first: (kind === Kind.site ? "State" : columns[0]) ?? "" };
}

/** A site or cluster is as what is in it; a node whose port is in doubt is not simply well. */
function stateOf(world: World, vertex: Vertex): Pick<Row, "status" | "sign" | "severity"> {
  const { id, kind, status } = vertex;
  const own = statuses.indexOf(status);
  if (isPlace(kind)) {
    const rollup = world.rollup(id);
    const shown = status === "ok" ? (worstOf(rollup)?.status ?? "ok") : status;
    return { status: shown, sign: shown, severity: severityOf(rollup) + own * 1e6 };
  }
  const sign = status === "ok" ? (portSign(vertex) ?? status) : status;
  return { status, sign, severity: own + (sign === status ? 0 : 0.5) };
}

function isPlace(kind: number): boolean {
  return kind === Kind.site || kind === Kind.cluster;
}

/** The sign of how a node's port stands; undefined where that is no reason to look. */
function portSign({ kind, note }: Vertex): Sign | undefined {
  const said = kind === Kind.node ? splitNote(note).port : "";
  if (said.startsWith("disputed")) return "disputed";
  if (said.startsWith("unknown")) return "unknown";
  return said.startsWith("lost") ? "stale" : undefined;
}

/** The state with what the server notes of it, and of a site or cluster what is wrong in it. */
function stateText(world: World, vertex: Vertex): string {
  const { id, kind, status, note } = vertex;
  if (isPlace(kind)) {
    const wrong = wrongIn(world.rollup(id)).join("; ");
    return status === "ok"
      ? wrong || status
      : [status, wrong].filter((one) => one !== "").join("; ");
  }
  const { reason, port } = splitNote(note);
  const rest = kind === Kind.node ? reason : note;
  const own = rest === "" || rest === status ? status : `${status} (${rest})`;
  if (portSign(vertex) === undefined) return own;
  const [doubt = ""] = port.split(":");
  return status === "ok" ? `port ${doubt}` : `${own}, port ${doubt}`;
}

/** What the server notes of a node: what is wrong with it, and how its port stands. */
export function splitNote(note: string): { readonly reason: string; readonly port: string } {
  const parts = note.split(" · ");
  const isPort = (part: string): boolean => part.startsWith("port ");
  return {
    reason: parts.filter((part) => !isPort(part)).join(" · "),
    port: parts.find(isPort)?.slice(5) ?? "",
  };
}

function nameOf(world: World, id: number): string {
  return world.vertex(id)?.name ?? "";
}

function siteCells(world: World, { id, name }: Vertex): string[] {
  const { devices, nodes, pods } = world.rollup(id);
  const clusters = world.membersOf(id).filter((child) => world.kindOf(child) === Kind.cluster);
  return [name, String(clusters.length), String(devices), String(nodes), String(pods)];
}

function clusterCells(world: World, { id, name, parent }: Vertex): string[] {
  const { nodes, pods, services } = world.rollup(id);
  return [name, nameOf(world, parent), String(nodes), String(pods), String(services)];
}

function deviceCells(world: World, { id, name, parent }: Vertex): string[] {
  const ports = world.membersOf(id).filter((child) => world.kindOf(child) === Kind.port);
  const used = ports.filter((port) => world.edgesOf(port).length > 0).length;
  return [name, nameOf(world, parent), ports.length === 0 ? "" : `${used} of ${ports.length}`];
}

function nodeCells(world: World, { id, name, parent, note }: Vertex): string[] {
  const nics = world.membersOf(id).filter((child) => world.kindOf(child) === Kind.nic);
  const attached = nics.flatMap((nic) =>
    world.edgesOf(nic).filter(({ kind }) => kind === EdgeKind.attach),
  );
  const ports = attached.map(({ b }) => endText(world, b));
  return [
    name,
    nameOf(world, parent),
    nics.map((nic) => nameOf(world, nic)).join(" "),
    portText(ports, splitNote(note).port),
    String(world.rollup(id).pods),
  ];
}

/** Where a node hangs; with what the server says of that where it is in doubt. */
function portText(ports: readonly string[], said: string): string {
  if (ports.length === 0) return said;
  const isInDoubt = said !== "" && said !== "known";
  return isInDoubt ? `${said}: ${ports.join(", ")}` : ports.join(", ");
}

function podCells(world: World, { name, parent, controller }: Vertex): string[] {
  const above = world.vertex(controller);
  const namespace = above?.kind === Kind.namespace ? above : world.vertex(above?.parent ?? 0);
  const workload = above?.kind === Kind.workload ? above.name : "";
  const on = world.vertex(parent);
  const isOnNode = on?.kind === Kind.node;
  return [
    name,
    nameOf(world, isOnNode ? on.parent : parent),
    namespace?.name ?? "",
    workload,
    isOnNode ? world.short.of(on.name, on.kind) : "no node",
  ];
}

function serviceCells(world: World, { id, name, parent }: Vertex): string[] {
  const namespace = world.vertex(parent);
  const edges = world.edgesOf(id);
  const endpoints = edges.filter(({ kind }) => kind === EdgeKind.endpoint);
  const ready = endpoints.filter(({ status }) => status === "ok").length;
  const addresses = edges
    .filter(({ kind, a }) => kind === EdgeKind.routes && world.kindOf(a) === Kind.vip)
    .map(({ a }) => nameOf(world, a));
  return [
    name,
    namespace?.name ?? "",
    nameOf(world, namespace?.parent ?? 0),
    addresses.join(" "),
    ready === endpoints.length ? String(ready) : `${ready} of ${endpoints.length}`,
  ];
}

function linkTable(world: World): Table {
  const rows: Row[] = [];
  for (const kind of [EdgeKind.link, EdgeKind.attach]) {
    world.eachEdge(kind, (edge) => {
      const [from, to] = networkFirst(edge);
      const cells = [
        kind === EdgeKind.attach ? "attach" : "link",
        endText(world, from),
        endText(world, to),
        `${edge.confidence} %`,
        reportedText(edge),
        linkState(edge),
      ];
      const { status } = edge;
      const isDoubted = isDisputed(edge);
      rows.push({
        selection: { type: "edge", id: edge.id },
        status,
        sign: isDoubted && status === "ok" ? "disputed" : status,
        severity: statuses.indexOf(status) + (isDoubted ? 0.5 : 0),
        cells,
      });
    });
  }
  const columns = ["Kind", "From", "To", "Confidence", "Reported by", "State"];
  return { columns, rows, first: "Kind" };
}

function linkState(edge: Edge): string {
  if (!isDisputed(edge)) return edge.status;
  return edge.status === "ok" ? "disputed" : `${edge.status} (disputed)`;
}

export function reportedText({ flags }: Edge): string {
  const both = EdgeFlag.reportedA | EdgeFlag.reportedB;
  if ((flags & both) === both) return "both ends";
  if ((flags & both) === 0) return "neither end";
  return "one end";
}

const byName = new Intl.Collator("en", { numeric: true });

/** Sorts by a column, "Name" up or "-Name" down, states from the worst; equal rows stay as the world has them. */
export function sortRows(table: Table, rows: readonly Row[], sort: string): readonly Row[] {
  const by = sort || table.first;
  const down = by.startsWith("-");
  const column = Math.max(0, table.columns.indexOf(down ? by.slice(1) : by));
  const byState = table.columns[column] === "State";
  const sorted = [...rows].sort(
    (p, q) =>
      (byState ? q.severity - p.severity : 0) ||
      byName.compare(p.cells[column] ?? "", q.cells[column] ?? ""),
  );
  return down ? sorted.reverse() : sorted;
}

/** What a screen reader is told of the map as a whole. */
export function summaryText(world: World): string {
  let [sites, clusters] = [0, 0];
  const problems: string[] = [];
  world.eachVertex([Kind.site, Kind.cluster], (id, kind) => {
    if (kind === Kind.site) sites++;
    if (kind === Kind.cluster) clusters++;
    if (kind !== Kind.site) return;
    const worst = worstOf(world.rollup(id));
    if (worst !== undefined) problems.push(`${nameOf(world, id)}: ${worst.count} ${worst.status}`);
  });
  const count = `${sites} site${sites === 1 ? "" : "s"}, ${clusters} cluster${clusters === 1 ? "" : "s"}`;
  return problems.length === 0 ? `${count}, no problems` : `${count}. ${problems.join(". ")}`;
}
