import { expect, test } from "vitest";
import type { RestVertex } from "../api/rest";
import { isolationOf, otherPolicies } from "./isolation";

function workload(attrs: readonly (readonly [string, string])[]): RestVertex {
  return {
    ...{ id: "v1", kind: "workload", name: "web", layer: "pod", path: [], health: "ok" },
    ...{ freshness: { state: "live" }, labels: [], aliases: [], scopes: [], children: {} },
    attrs: attrs.map(([key, value]) => ({ key, value })),
  };
}

test("each direction by itself, with the policies that isolate it", () => {
  const [ingress, egress] = isolationOf(workload([["isolated_ingress", "deny-all web"]]), true);
  expect(ingress?.by).toEqual(["deny-all", "web"]);
  expect(ingress?.text).toBe("isolated: only what a policy allows may come in");
  expect(egress?.by).toEqual([]);
  expect(egress?.text).toContain("open: no NetworkPolicy selects it");
});

test("nothing is open where policies were not read", () => {
  for (const { text } of isolationOf(workload([]), false)) expect(text).toContain("not known");
});

test("policies of other kinds are named, and apart those of which it is not known", () => {
  const attrs = [
    ["other_policy", "CiliumNetworkPolicy web"],
    ["policy_not_judged", "Calico NetworkPolicy odd"],
    ["other_policy", "AdminNetworkPolicy prod"],
  ] as const;
  expect(otherPolicies(workload(attrs)).map(({ names }) => names)).toEqual([
    ["CiliumNetworkPolicy web", "AdminNetworkPolicy prod"],
    ["Calico NetworkPolicy odd"],
  ]);
  expect(otherPolicies(workload([]))).toEqual([]);
});
