import type { RestAttr, RestLearned, RestSummary } from "../api/rest";
import { speedText } from "./attr-words";
import { endpointsOf } from "./exposure";
import { type Status, statuses } from "./freshness";
import { endText } from "./names";
import type { Row, Table } from "./tables";
import { EdgeFlag, EdgeKind, Kind, parseVertex } from "./words";
import type { World } from "./world";

// Tables of what a vertex holds, longer than the drawer has room for: rows as
// REST lists them, states and cables as the map shows them.

/** Attributes of ports that a table of them shows. */
export const portKeys = [
  "speed",
  "vlans",
  "pvid",
  "admin",
  "oper",
  "utilisation_in",
  "utilisation_out",
];

/** The ports of a device; macs says how many its forwarding tables have behind each. */
export function portTable(
  world: World,
  items: readonly RestSummary[],
  macs: ReadonlyMap<number, number>,
): Table {
  const columns = [
    "Port",
    "Neighbour",
    "Speed",
    "VLANs",
    "Untagged",
    "Bundle",
    "MACs",
    "Use in",
    "Use out",
    "State",
  ];
  const rows = items.map((item): Row => {
    const id = parseVertex(item.id);
    const edges = world.edgesOf(id);
    const far = (kinds: readonly number[]) =>
      edges
        .filter(({ kind }) => kinds.includes(kind))
        .map(({ a, b }) => (a === id ? b : a))
        .map((end) => ({ end, text: endText(world, end) }));
    const cables = far([EdgeKind.link, EdgeKind.attach]);
    const bundles = far([EdgeKind.member]).filter(({ end }) => world.kindOf(end) === Kind.lag);
    const status = statusOf(world, id, item);
    const attr = attrsOf(item.attrs);
    const isUsed = cables.length > 0 || item.kind === "lag";
    return {
      selection: { type: "vertex", id },
      ...{ status, sign: status, severity: statuses.indexOf(status) },
      cells: [
        item.name,
        cables.map(({ text }) => text).join(", "),
        speedText(Number(attr("speed"))) ?? "",
        attr("vlans").replaceAll(",", ", "),
        attr("pvid"),
        bundles.map(({ end }) => world.vertex(end)?.name ?? "").join(", "),
        macs.has(id) ? String(macs.get(id)) : "",
        percent(attr("utilisation_in")),
        percent(attr("utilisation_out")),
        portState(status, attr("admin"), attr("oper"), isUsed),
      ],
    };
  });
  return withoutEmpty(columns, rows);
}

/** A port without a cable is well as long as nothing was ever seen there. */
function portState(status: Status, admin: string, oper: string, isUsed: boolean): string {
  if (admin === "down") return "switched off";
  return status === "ok" && !isUsed && oper !== "up" ? "not in use" : status;
}

function percent(value: string): string {
  return /^\d+$/.test(value) ? `${value} %` : value;
}

/** Attributes of addresses that a table of them shows. */
export const addressKeys = ["mechanism", "eligible_nodes", "endpoints", "service", "announcers"];

/** The addresses by which a cluster is reached from outside. */
export function addressTable(world: World, items: readonly RestSummary[]): Table {
  const columns = [
    "Address",
    "Leads to",
    "Mechanism",
    "Claimed by",
    "Confirmed",
    "Eligible",
    "Endpoints by node",
    "State",
  ];
  const rows = items.map((item): Row => {
    const id = parseVertex(item.id);
    const announces = world.edgesOf(id).filter(({ kind }) => kind === EdgeKind.announces);
    const claimed = announces.map(({ a }) => world.vertex(a)).flatMap((one) => one ?? []);
    const status = statusOf(world, id, item);
    const attr = attrsOf(item.attrs);
    const eligible = attr("eligible_nodes").split(" ").filter(Boolean).length;
    return {
      selection: { type: "vertex", id },
      ...{ status, sign: status, severity: statuses.indexOf(status) },
      cells: [
        item.name,
        attr("service"),
        attr("mechanism") || "not known",
        claimed.map(({ name, kind }) => world.short.of(name, kind)).join(", ") ||
          attr("announcers"),
        confirmed(announces.map(({ flags }) => (flags & EdgeFlag.reportedB) !== 0)),
        eligible === 0 ? "" : `${eligible} node${eligible === 1 ? "" : "s"}`,
        endpointText(world, attr("endpoints")),
        status,
      ],
    };
  });
  return withoutEmpty(columns, rows);
}

/** Whether routers or switches see what the cluster claims. */
function confirmed(seen: readonly boolean[]): string {
  if (seen.length === 0) return "";
  const count = seen.filter(Boolean).length;
  if (count === 0) return "claimed only";
  return count === seen.length ? "observed" : `${count} of ${seen.length} observed`;
}

/** "2 of 3: w01 1, w02 1 of 2". */
function endpointText(world: World, text: string): string {
  const nodes = endpointsOf(text);
  const sum = (part: "ready" | "all") => nodes.reduce((total, one) => total + one[part], 0);
  const of = (ready: number, all: number) => (ready === all ? `${all}` : `${ready} of ${all}`);
  if (nodes.length === 0) return "none";
  const each = nodes.map(
    ({ node, ready, all }) => `${world.short.of(node, Kind.node)} ${of(ready, all)}`,
  );
  return `${of(sum("ready"), sum("all"))}: ${each.join(", ")}`;
}

function attrsOf(attrs: readonly RestAttr[] | undefined): (key: string) => string {
  return (key) => attrs?.find((attr) => attr.key === key)?.value ?? "";
}

/** As the map shows it; as the server says where the map does not hold it. */
function statusOf(world: World, id: number, { health, freshness }: RestSummary): Status {
  const shown = world.vertex(id)?.status;
  if (shown !== undefined) return shown;
  if (freshness.state !== "live" && freshness.state !== "syncing") return "stale";
  return health === "down" || health === "degraded" || health === "unknown" ? health : "ok";
}

/** What no row says anything in needs no column. */
function withoutEmpty(columns: readonly string[], rows: readonly Row[]): Table {
  const first = columns[0] ?? "";
  const kept = columns.map((_, i) => rows.some(({ cells }) => cells[i] !== ""));
  if (rows.length === 0) return { columns, rows, first };
  return {
    first,
    columns: columns.filter((_, i) => kept[i]),
    rows: rows.map((row) => ({ ...row, cells: row.cells.filter((_, i) => kept[i]) })),
  };
}

/** How many MACs the forwarding tables of a device have behind each port. */
export function macsByPort(tables: readonly RestLearned[]): ReadonlyMap<number, number> {
  const sums = new Map<number, number>();
  for (const { port, count } of tables.flatMap(({ ports }) => ports)) {
    const id = parseVertex(port.id);
    sums.set(id, (sums.get(id) ?? 0) + count);
  }
  return sums;
}
