import { expect, test } from "vitest";
import type { SourceRow } from "../api/columns";
import { isOffline, summarise } from "./board";
import { ScopeState } from "./words";

const source = (id: string, state: number, sinceMs = 0): SourceRow => ({
  id,
  kind: id.slice(0, id.indexOf(":")),
  state,
  sinceMs,
  lastOkMs: 0,
  message: "",
});
const time = (ms: number): string => `t${ms}`;

test("all sources live are said in counts", () => {
  const sources = [
    source("kube:a", ScopeState.live),
    source("kube:b", ScopeState.live),
    source("snmp:x", ScopeState.live),
  ];
  expect(summarise(sources, time)).toEqual({
    text: "2 clusters live · 1 switch live",
    trouble: false,
  });
});

test("what does not answer is counted with since when, the worst first", () => {
  const sources = [
    source("kube:a", ScopeState.live),
    source("snmp:x", ScopeState.unreachable, 20),
    source("snmp:y", ScopeState.unreachable, 10),
    source("snmp:z", ScopeState.live),
    source("kube:b", ScopeState.stale, 5),
  ];
  expect(summarise(sources, time)).toEqual({
    text: "1/2 clusters live · 1/3 switches live · 2 unreachable since t10 · 1 stale since t5",
    trouble: true,
  });
});

test("sources that have not answered since the start are no trouble yet", () => {
  const { trouble } = summarise([source("kube:a", ScopeState.connecting)], time);
  expect(trouble).toBe(false);
});

test("the search for switches is no source to count, and said while it goes on", () => {
  const sources = (state: number) => [
    source("snmp:x", ScopeState.live),
    source("discovery:neighbours", state),
  ];
  expect(summarise(sources(ScopeState.syncing), time).text).toBe(
    "1 switch live · looking for switches",
  );
  expect(summarise(sources(ScopeState.live), time).text).toBe("1 switch live");
});

test("the map is not current three seconds after a loss, and after silence on an open connection", () => {
  const waiting = { state: "waiting", why: "", retryAtMs: 0 } as const;
  expect(isOffline(waiting, 1000, 3900)).toBe(false);
  expect(isOffline(waiting, 1000, 4100)).toBe(true);
  expect(isOffline({ state: "open" }, 1000, 7900)).toBe(false);
  expect(isOffline({ state: "open" }, 1000, 8100)).toBe(true);
});

test("before anything was shown there is nothing to be out of date", () => {
  expect(isOffline({ state: "connecting" }, 0, 1e9)).toBe(false);
});
