import type { RestCandidate, RestSource } from "../api/rest";
import { parseEdge, parseVertex } from "./words";

/** What a sighting became, in words; the ones to look at come first. */
export type Outcome = {
  readonly verdict: RestCandidate["verdict"];
  readonly title: string;
  readonly means: string;
  readonly rows: readonly Heard[];
};

/** Something to go to. */
export type Place = { readonly id: number; readonly text: string };

/** One row of a table in which a device says whom it hears. */
export type Heard = {
  /** Who hears: by its port alone where it is the device that is looked at. */
  readonly by: Place;
  /** How it knows: "hears by LLDP", "has a route to". */
  readonly verb: string;
  /** What the row's edge is: a cable, a session. */
  readonly line: string;
  readonly row: string;
  /** What it was taken for. */
  readonly as: Place | undefined;
  readonly edge: number;
  /** 0 to 100; 0 where it makes no edge. */
  readonly confidence: number;
  readonly why: string;
  /** What else it may mean. */
  readonly fits: readonly Place[];
  readonly scope: string;
  readonly sinceMs: number;
  /** When it was heard last; 0 while it is. */
  readonly lostMs: number;
};

const outcomes: readonly (readonly [RestCandidate["verdict"], string, string])[] = [
  ["unresolved", "Not resolved", "Nothing is drawn: something that the row names is not known."],
  ["ambiguous", "Contradicted", "Several things fit, or another row says otherwise."],
  ["one-sided", "One end only", "It is drawn on the word of one end; the other says nothing."],
  ["matched", "Matched", "It is drawn, and nothing speaks against it."],
  ["ignored", "Left aside", "The row is about the device itself, or another row says it better."],
];

/** The rows by what became of them, as seen from a vertex. */
export function outcomesOf(items: readonly RestCandidate[], here: number): readonly Outcome[] {
  return outcomes.flatMap(([verdict, title, means]) => {
    const rows = items.filter((item) => item.verdict === verdict).map((item) => heard(item, here));
    return rows.length === 0 ? [] : [{ verdict, title, means, rows }];
  });
}

function heard(item: RestCandidate, here: number): Heard {
  return {
    by: hearer(item, here),
    verb: verbOf(item.protocol),
    line: lineOf(item.protocol),
    row: item.row,
    as: end(item.remote, item.remote_port, here),
    edge: parseEdge(item.edge ?? ""),
    confidence: Math.round(item.confidence * 100),
    why: item.why,
    fits: item.candidates.map(placeOf),
    scope: item.scope,
    sinceMs: msOf(item.since),
    lostMs: msOf(item.lost),
  };
}

function hearer({ device, port, local_port, protocol }: RestCandidate, here: number): Place {
  const place = end(device, port, here);
  if (place === undefined) return { id: 0, text: protocol === "fdb" ? "MAC tables" : "" };
  if (port !== undefined || local_port === undefined) return place;
  return { ...place, text: `${place.text}, a port that it calls ${local_port}` };
}

type Ref = NonNullable<RestCandidate["device"]>;

function placeOf({ id, name }: Ref): Place {
  return { id: parseVertex(id), text: name };
}

/** A device's port, or a node's NIC, with its holder where that is another than the one that is looked at. */
function end(holder: Ref | undefined, part: Ref | undefined, here: number): Place | undefined {
  if (holder === undefined) return part === undefined ? undefined : placeOf(part);
  if (part === undefined)
    return parseVertex(holder.id) === here
      ? { id: 0, text: `this ${holder.kind}` }
      : placeOf(holder);
  const { id, text } = placeOf(part);
  if (id === here) return { id: 0, text: `this ${part.kind === "nic" ? "NIC" : part.kind}` };
  return { id, text: parseVertex(holder.id) === here ? text : `${holder.name} ${text}` };
}

function msOf(text: string | undefined): number {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) ? 0 : ms;
}

const tables: Readonly<Record<string, string>> = {
  lldp: "LLDP",
  cdp: "CDP",
  fdp: "FDP",
  mndp: "MNDP",
  stp: "spanning tree",
  fdb: "MAC table",
  arp: "ARP table",
  bgp: "BGP",
  ospf: "OSPF",
  isis: "IS-IS",
  route: "routes",
};

const speaking: readonly string[] = ["bgp", "ospf", "isis"];

function verbOf(protocol: string): string {
  if (protocol === "fdb") return "has learned";
  if (protocol === "route") return "has a route to";
  if (speaking.includes(protocol)) return `speaks ${tableWords(protocol)}`;
  return `hears by ${tableWords(protocol)}`;
}

function lineOf(protocol: string): string {
  if (protocol === "route") return "the announcement";
  return speaking.includes(protocol) ? "the session" : "the cable";
}

/** A protocol or table as people call it. */
export function tableWords(table: string): string {
  return tables[table] ?? table.toUpperCase();
}

/** How far a device's tables of neighbours were read: one line each, those that are missing with why. */
export function readingOf({ id, scopes }: RestSource): readonly string[] {
  const by = (wanted: (state: string) => boolean) =>
    scopes.filter(({ table, state }) => tables[table] !== undefined && wanted(state));
  const names = (list: typeof scopes) => list.map(({ table }) => tableWords(table)).join(", ");
  const live = by((state) => state === "live" || state === "syncing");
  const absent = by((state) => state === "unsupported");
  const others = by((state) => !["live", "syncing", "unsupported"].includes(state));
  const lines = [
    live.length === 0 ? `Nothing is read from ${id}.` : `Read from ${id}: ${names(live)}.`,
  ];
  for (const { table, state, message } of others)
    lines.push(
      `${tableWords(table)} is not read: ${state}${message === "" ? "" : ` (${message})`}.`,
    );
  if (absent.length > 0) lines.push(`The device does not have: ${names(absent)}.`);
  return lines;
}
