import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { RestDiscovery } from "../api/rest";
import { managedText, progressText, rulesText, searchStates, toldBy } from "./discovery";

const report: RestDiscovery = {
  ...{ enabled: true, dry_run: false, running: true, since: null, max_depth: 3, max_devices: 50 },
  ...{ seeds: [], allow: ["10.0.0.0/8"], deny: [], left_out: 0, credentials: [], items: [] },
  counts: { found: 2, queued: 1, trying: 1 },
};
const item: RestDiscovery["items"][number] = {
  ...{ address: "10.0.0.1", state: "found", why: "", name: "", chassis: "", depth: 0, tries: 1 },
  since: null,
};

test("every state of an address is listed", () => {
  const path = fileURLToPath(new URL("../../../api/openapi.yaml", import.meta.url));
  const [, list = ""] =
    /DiscoveryState:\n(?:.*\n)*?\s+enum: \[(.*)\]/.exec(readFileSync(path, "utf8")) ?? [];
  expect([...searchStates].sort()).toEqual(list.split(", ").sort());
});

test("how far it is", () => {
  expect(progressText(report)).toBe("Searching: 2 of 4 addresses done.");
  expect(progressText({ ...report, running: false, counts: { found: 1 }, dry_run: true })).toBe(
    "At rest: 1 address known, none waits. A dry run: nobody but the seeds is asked.",
  );
  expect(rulesText(report)).toBe(
    "It goes from the switches that are listed; within 10.0.0.0/8; at most 3 hops and 50 devices.",
  );
});

test("managed is what is read, unmanaged what only others speak of", () => {
  expect(managedText({ ...item, source: "snmp:x" })).toBe("managed, as snmp:x");
  expect(managedText({ ...item, state: "refused" })).toBe("unmanaged");
  expect(managedText({ ...item, state: "queued" })).toBe("not asked yet");
});

test("who told of an address", () => {
  expect(toldBy(item)).toBe("a seed");
  expect(toldBy({ ...item, via_name: "leaf1", protocol: "lldp", depth: 1 })).toBe(
    "leaf1 by LLDP, 1 hop",
  );
});
