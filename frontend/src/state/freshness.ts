import type { ScopeRow } from "../api/columns";
import { Health, Kind, ScopeState } from "./words";

/**
 * How far an element may be believed. Elements do not age; the scopes they
 * stand in do, and this is the join of the two.
 */
export type Freshness = {
  readonly state: "fresh" | "stale" | "unknown" | "unsaid";
  /** When it stopped being fresh: Unix milliseconds, 0 when it is fresh or never was. */
  readonly sinceMs: number;
};

const fresh: Freshness = { state: "fresh", sinceMs: 0 };
/** No scope is named: nobody claims it (a site from the config), so nobody can be late. */
const unsaid: Freshness = { state: "unsaid", sinceMs: 0 };
const unknown: Freshness = { state: "unknown", sinceMs: 0 };

/** The freshness of what stands in these scopes: fresh if one of them is live. */
export function freshnessOf(
  ids: ArrayLike<number>,
  scopes: ReadonlyMap<number, ScopeRow>,
): Freshness {
  if (ids.length === 0) return unsaid;
  let sinceMs = 0;
  let known = false;
  for (let i = 0; i < ids.length; i++) {
    const scope = scopes.get(ids[i] ?? 0);
    if (scope === undefined || scope.state === ScopeState.unknown) continue;
    if (isFresh(scope.state)) return fresh;
    known = true;
    sinceMs = Math.max(sinceMs, scope.sinceMs);
  }
  return known ? { state: "stale", sinceMs } : unknown;
}

/** Says whether a scope or source in this state vouches for what it said. */
export function isFresh(state: number): boolean {
  return state === ScopeState.live || state === ScopeState.syncing;
}

/** How an element is drawn: its health where that may be believed. */
export type Status = "ok" | "degraded" | "down" | "stale" | "unknown";

/** Kinds of which not knowing the health is worth saying. The others have none of their own. */
function hasHealth(kind: number): boolean {
  return kind === Kind.device || kind === Kind.node || kind === Kind.pod || kind === Kind.cluster;
}

export function statusOf(kind: number, health: number, freshness: Freshness): Status {
  if (freshness.state === "stale") return "stale";
  if (health === Health.down) return "down";
  if (health === Health.degraded) return "degraded";
  if (freshness.state === "unknown") return "unknown";
  if (health === Health.ok) return "ok";
  return hasHealth(kind) ? "unknown" : "ok";
}

/** The states, from the one to hear of last to the one to hear of first. */
export const statuses: readonly Status[] = ["ok", "unknown", "stale", "degraded", "down"];

/** The one of two that people should hear of first. */
export function worse(a: Status, b: Status): Status {
  return statuses.indexOf(a) >= statuses.indexOf(b) ? a : b;
}
