import { expect, test } from "vitest";
import type { ScopeRow } from "../api/columns";
import { freshnessOf, statusOf } from "./freshness";
import { Health, Kind, ScopeState } from "./words";

const scope = (id: number, state: number, sinceMs = 0): [number, ScopeRow] => [
  id,
  { id, state, sinceMs, source: "kube:prod", table: "pods", message: "" },
];

test("an element is fresh while one of its scopes vouches for it", () => {
  const scopes = new Map([scope(1, ScopeState.unreachable, 50), scope(2, ScopeState.live)]);
  expect(freshnessOf([1, 2], scopes).state).toBe("fresh");
});

test("it is stale since the last of them fell away", () => {
  const scopes = new Map([scope(1, ScopeState.unreachable, 50), scope(2, ScopeState.stale, 70)]);
  expect(freshnessOf([1, 2], scopes)).toEqual({ state: "stale", sinceMs: 70 });
});

test("it is unknown when nothing is known of its scopes", () => {
  expect(freshnessOf([1, 3], new Map([scope(1, ScopeState.unknown)])).state).toBe("unknown");
});

test("after a restart, what nobody has confirmed yet is stale, not healthy", () => {
  const freshness = freshnessOf([1], new Map([scope(1, ScopeState.connecting, 9)]));
  expect(statusOf(Kind.node, Health.ok, freshness)).toBe("stale");
});

test("a stale element is drawn as stale whatever its last health was", () => {
  const stale = { state: "stale", sinceMs: 1 } as const;
  for (const health of Object.values(Health))
    expect(statusOf(Kind.pod, health, stale)).toBe("stale");
});

test("missing health is unknown for what has a health, and no mark for what has none", () => {
  const fresh = { state: "fresh", sinceMs: 0 } as const;
  expect(statusOf(Kind.device, Health.unknown, fresh)).toBe("unknown");
  expect(statusOf(Kind.namespace, Health.unknown, fresh)).toBe("ok");
});
