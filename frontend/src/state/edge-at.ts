import type { ChannelStore } from "./channel";
import { freshnessOf, statusOf } from "./freshness";
import type { Edge } from "./graph";

/** The edge in a row of a channel, joined with how fresh its scopes are. */
export function edgeAt({ edges, scopes }: ChannelStore, row: number): Edge {
  const health = edges.health[row] ?? 0;
  const kind = edges.kind[row] ?? 0;
  const freshness = freshnessOf(edges.scopes(row), scopes);
  return {
    id: edges.ids[row] ?? 0,
    kind,
    a: edges.a[row] ?? 0,
    b: edges.b[row] ?? 0,
    health,
    confidence: edges.confidence[row] ?? 0,
    flags: edges.flags[row] ?? 0,
    freshness,
    status: statusOf(0, health, freshness),
  };
}
