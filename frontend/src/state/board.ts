import type { SourceRow, Tick } from "../api/columns";
import type { Connection, FeedEvent } from "../api/feed";
import { Cell } from "./cell";
import { isFresh } from "./freshness";
import { ScopeState, stateName } from "./words";

export type Problem = { readonly text: string; readonly atMs: number };

/** A problem is shown for so long after it was last met. */
export const problemMs = 15_000;

/** What cannot be shown as map: the connection, the sources, what went wrong. */
export class Board {
  readonly connection = new Cell<Connection>({ state: "connecting" });
  /** By this machine's clock, the last time that a server said that all is true as of now; 0 never. */
  readonly currentMs = new Cell(0);
  readonly tick = new Cell<Tick | undefined>(undefined);
  readonly serverVersion = new Cell("");
  /** The last thing that the server refused or that could not be read, and when. */
  readonly problem = new Cell<Problem>({ text: "", atMs: 0 });
  readonly otherSchema = new Cell(false);

  receive(event: FeedEvent, nowMs: number): void {
    switch (event.type) {
      case "connection":
        this.connection.set(event.connection);
        return;
      case "hello":
        this.serverVersion.set(event.serverVersion);
        return;
      case "tick":
        this.tick.set(event.tick);
        this.currentMs.set(nowMs);
        return;
      case "end":
        this.currentMs.set(nowMs);
        return;
      case "problem":
        this.problem.set({
          text: event.channel === "" ? event.message : `${event.channel}: ${event.message}`,
          atMs: nowMs,
        });
        return;
      case "otherSchema":
        this.otherSchema.set(true);
        return;
      case "begin":
      case "columns":
      case "positions":
        return;
    }
  }
}

/** The server ticks every five seconds at least; this much later the map is not current. */
const tickGraceMs = 7_000;
/** A connection may be gone this long before the map turns grey. */
const lossGraceMs = 3_000;

/** Says whether the map must not be taken for the present. */
export function isOffline(connection: Connection, currentMs: number, nowMs: number): boolean {
  if (currentMs === 0) return false; // nothing is shown yet
  const silentMs = nowMs - currentMs;
  return connection.state === "open" ? silentMs > tickGraceMs : silentMs > lossGraceMs;
}

export type SourceSummary = { readonly text: string; readonly trouble: boolean };

/** "3 clusters live · 15/16 switches live · 1 unreachable since 14:02" */
export function summarise(
  sources: readonly SourceRow[],
  time: (ms: number) => string,
): SourceSummary {
  if (sources.length === 0) return { text: "no sources", trouble: true };
  const parts: string[] = [];
  for (const [kind, word] of [
    ["kube", "cluster"],
    ["snmp", "switch"],
  ] as const) {
    const all = sources.filter((source) => source.kind === kind);
    if (all.length === 0) continue;
    const live = all.filter(({ state }) => isFresh(state)).length;
    const plural = all.length === 1 ? word : word === "switch" ? "switches" : "clusters";
    parts.push(
      live === all.length ? `${live} ${plural} live` : `${live}/${all.length} ${plural} live`,
    );
  }
  if (sources.some(({ kind, state }) => kind === "discovery" && state === ScopeState.syncing))
    parts.push("looking for switches");
  const others = sources.filter(({ kind }) => !["kube", "snmp", "discovery"].includes(kind));
  if (others.length > 0) parts.push(`${others.length} others`);
  const troubles = sources.filter(({ state }) => !isFresh(state));
  for (const [state, those] of byState(troubles)) parts.push(troubleText(state, those, time));
  return {
    text: parts.join(" · "),
    trouble: troubles.some(({ state }) => state !== ScopeState.connecting),
  };
}

function byState(sources: readonly SourceRow[]): [number, SourceRow[]][] {
  const groups = new Map<number, SourceRow[]>();
  for (const source of sources)
    groups.set(source.state, [...(groups.get(source.state) ?? []), source]);
  return [...groups].sort(([a], [b]) => b - a);
}

function troubleText(
  state: number,
  those: readonly SourceRow[],
  time: (ms: number) => string,
): string {
  const since = Math.min(...those.map(({ sinceMs }) => sinceMs));
  const when = state === ScopeState.connecting || since <= 0 ? "" : ` since ${time(since)}`;
  return `${those.length} ${stateName(state)}${when}`;
}
