import { expect, test } from "vitest";
import type { RestCandidate } from "../api/rest";
import { outcomesOf, readingOf } from "./neighbours";

const leaf = { id: "v1", kind: "device", name: "leaf1" } as const;
const port = { id: "v2", kind: "port", name: "swp1" } as const;
const node = { id: "v3", kind: "node", name: "n1" } as const;
const nic = { id: "v4", kind: "nic", name: "eth0" } as const;

function row(more: Partial<RestCandidate>): RestCandidate {
  return {
    verdict: "matched",
    protocol: "lldp",
    row: "n1, port eth0",
    device: leaf,
    port,
    remote: node,
    remote_port: nic,
    edge: "e9",
    confidence: 0.9,
    why: "system name n1 is the node's",
    candidates: [],
    scope: "snmp:leaf1/lldp",
    ...more,
  };
}

test("what needs a look comes first, and outcomes that nothing has are left out", () => {
  const items = (["ignored", "matched", "unresolved", "ambiguous"] as const).map((verdict) =>
    row({ verdict }),
  );
  expect(outcomesOf(items, 1).map(({ verdict }) => verdict)).toEqual([
    "unresolved",
    "ambiguous",
    "matched",
    "ignored",
  ]);
});

test.each([
  [1, { id: 2, text: "swp1" }, { id: 4, text: "n1 eth0" }],
  [2, { id: 0, text: "this port" }, { id: 4, text: "n1 eth0" }],
  [3, { id: 2, text: "leaf1 swp1" }, { id: 4, text: "eth0" }],
  [4, { id: 2, text: "leaf1 swp1" }, { id: 0, text: "this NIC" }],
])("as seen from v%d the ends are called by what they are to it", (here, by, as) => {
  const [heard] = outcomesOf([row({})], here)[0]?.rows ?? [];
  expect(heard?.by).toEqual(by);
  expect(heard?.as).toEqual(as);
  expect(heard?.edge).toBe(9);
  expect(heard?.confidence).toBe(90);
});

test.each([
  ["cdp", "hears by CDP", "the cable"],
  ["bgp", "speaks BGP", "the session"],
  ["route", "has a route to", "the announcement"],
  ["fdb", "has learned", "the cable"],
])("a row of %s in words", (protocol, verb, line) => {
  const [heard] = outcomesOf([row({ protocol })], 1)[0]?.rows ?? [];
  expect([heard?.verb, heard?.line]).toEqual([verb, line]);
});

test("a port that means nothing is called as the row calls it", () => {
  const { port: _, remote: __, remote_port: ___, ...unplaced } = row({ local_port: "9" });
  const [heard] = outcomesOf([{ ...unplaced, verdict: "unresolved" }], 1)[0]?.rows ?? [];
  expect(heard?.by.text).toBe("this device, a port that it calls 9");
  expect(heard?.as).toBeUndefined();
});

test("which tables were read, and why others were not", () => {
  const moments = { since: null, last_ok: null, message: "" };
  const scope = (id: number, table: string, state: "live" | "unsupported" | "forbidden") => ({
    ...{ id, table, state, ...moments },
  });
  const lines = readingOf({
    ...{ id: "snmp:leaf1", kind: "snmp", state: "live", ...moments },
    scopes: [
      scope(1, "lldp", "live"),
      scope(2, "system", "live"),
      scope(3, "cdp", "unsupported"),
      { ...scope(4, "fdb", "forbidden"), message: "noAccess" },
    ],
  });
  expect(lines).toEqual([
    "Read from snmp:leaf1: LLDP.",
    "MAC table is not read: forbidden (noAccess).",
    "The device does not have: CDP.",
  ]);
});
