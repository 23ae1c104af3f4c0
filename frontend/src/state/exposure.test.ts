import { expect, test } from "vitest";
import type { RestEdge, RestVertex } from "../api/rest";
import { claimText, endpointsOf, exposureOf, fillOf } from "./exposure";

function vertex(attrs: Readonly<Record<string, string>>): RestVertex {
  return {
    ...{ id: "v1", kind: "vip", name: "192.0.2.1", layer: "service", path: [], health: "ok" },
    freshness: { state: "live" },
    attrs: Object.entries(attrs).map(([key, value]) => ({ key, value })),
    ...{ labels: [], aliases: [], scopes: [], children: {} },
  };
}

function announces(node: string, more: Partial<RestEdge> = {}): RestEdge {
  const end = (id: string, name: string) => ({ id, kind: "node" as const, name, qualified: name });
  return {
    ...{ id: "e1", kind: "announces", a: end("v7", node), b: end("v1", "192.0.2.1"), health: "ok" },
    ...{ confidence: 0.9, reported_a: false, reported_b: false, disputed: false },
    ...{ freshness: { state: "live" }, scopes: [], evidence: [] },
    attrs: [
      { key: "mechanism", value: "MetalLB L2" },
      { key: "object", value: "ServiceL2Status m/x" },
      { key: "trust", value: "high" },
      { key: "since", value: "2026-01-02T03:04:05Z" },
    ],
    ...more,
  };
}

test("an address's vertex and its announcements, in words", () => {
  const got = exposureOf(
    vertex({
      ...{ exposure: "LB-L2", mechanism: "MetalLB L2", eligible_nodes: "w1 w2", eligible_why: "r" },
      ...{ endpoints: "w1 1/1, w2 0/2", pool: "IPAddressPool m/p", reason: "something is wrong" },
    }),
    [announces("w10"), announces("w2", { health: "degraded" })],
  );
  expect(got.means).toContain("One node answers");
  expect(got.announcers.map(({ name, isOdd }) => [name, isOdd])).toEqual([
    ["w2", true],
    ["w10", false],
  ]);
  expect(got.announcers[0]).toMatchObject({ id: 7, trust: "high", object: "ServiceL2Status m/x" });
  expect(got.announcers[0]?.sinceMs).toBe(Date.parse("2026-01-02T03:04:05Z"));
  expect(got.eligible).toEqual(["w1", "w2"]);
  expect([got.ready, got.all]).toEqual([1, 3]);
  expect(got.warnings).toEqual(["something is wrong"]);
});

test("what an announcement rests on: the cluster's word, and what routers see", () => {
  const route = { method: "routing", scope: 1, text: "border sends it to w1", fresh: true };
  const said = (evidence: RestEdge["evidence"], attrs?: RestEdge["attrs"]) =>
    exposureOf(vertex({}), [announces("w1", { evidence, ...(attrs && { attrs }) })]).announcers[0];
  const [claimed, both, seen] = [said([]), said([route]), said([route], [])];
  expect(claimed === undefined ? "" : claimText(claimed)).toBe("claimed, trust high");
  expect(both === undefined ? "" : claimText(both)).toBe("claimed, trust high; observed");
  expect(seen === undefined ? "" : claimText(seen)).toBe("observed");
  expect(said([{ ...route, fresh: false }])?.observed).toEqual([]);
});

test("under the policy Local an announcer without a ready endpoint is warned of", () => {
  const attrs = { endpoints: "w1 1/1, w2 0/1", external_traffic_policy: "Local" };
  expect(exposureOf(vertex(attrs), [announces("w1")]).warnings).toEqual([]);
  expect(exposureOf(vertex(attrs), [announces("w2")]).warnings).toEqual([
    "w2 announces it, has no ready endpoint, and may not forward",
  ]);
  const all = { endpoints: "w1 1/1, w2 0/1" };
  expect(exposureOf(vertex(all), [announces("w2")]).warnings).toEqual([]);
});

test("endpoints as the server writes them", () => {
  expect(endpointsOf("none")).toEqual([]);
  expect(endpointsOf("(no node) 0/1")).toEqual([{ node: "(no node)", ready: 0, all: 1 }]);
  expect(endpointsOf("70/80 on 65 nodes")).toEqual([{ node: "65 nodes", ready: 70, all: 80 }]);
});

test("how full a pool is; one of no known size has no fill", () => {
  expect(fillOf(vertex({ used: "7", size: "7" }))?.percent).toBe(100);
  expect(fillOf(vertex({ used: "1", size: "3", ranges: "a-b" }))).toMatchObject({
    ...{ percent: 33, ranges: "a-b" },
  });
  expect(fillOf(vertex({ used: "7" }))).toBeUndefined();
});
