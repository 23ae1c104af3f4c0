import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { FakeServer } from "../dev/fake";
import { buildWorld, small } from "../src/gallery/small";
import { EdgeKind, edgeText, Kind, vertexText } from "../src/state/words";
import { expectNoViolations, hasChromium, useBuiltPage } from "./chromium";

// What the drawer says of what is selected, and that axe finds nothing in
// either theme. NETSEAM_SHOTS=folder keeps the pictures.

type Scene = {
  readonly name: string;
  readonly query: string;
  readonly before?: (server: FakeServer) => unknown;
  readonly after?: (server: FakeServer, page: Page) => Promise<void>;
  readonly says: readonly (string | RegExp)[];
  /** What is looked at in place of the drawer. */
  readonly within?: string;
};

const model = buildWorld(small);
const link = [...model.edges.keys()][0] ?? 0;
const leaf = [...model.vertices.values()].find(({ name }) => name.endsWith("leaf1"));
const leafText = vertexText(leaf?.id ?? 0);
const port = model.childrenOf(leaf?.id ?? 0, Kind.port)[0];

/** A row of every outcome, as the server would report them. */
const heard = {
  items: ["unresolved", "ambiguous", "one-sided", "matched", "ignored"].map((verdict, i) => ({
    verdict,
    protocol: i === 3 ? "cdp" : "lldp",
    row: `host${i}, chassis 02:00:00:00:00:0${i}, port eth0`,
    device: { id: leafText, kind: "device", name: leaf?.name },
    port: { id: vertexText(port?.id ?? 0), kind: "port", name: port?.name },
    remote: { id: "v1", kind: "node", name: `host${i}` },
    ...(i > 0 && i < 4 ? { edge: edgeText(link) } : {}),
    confidence: i > 0 && i < 4 ? 0.9 : 0,
    why: "system name host is the node's",
    candidates: [{ id: "v2", kind: "node", name: "another" }],
    scope: "snmp:leaf1/lldp",
    since: new Date(Date.now() - 60_000).toISOString(),
  })),
};

const idOf = (kind: number): number =>
  [...model.vertices.values()].find((one) => one.kind === kind)?.id ?? 0;
const node = model.vertices.get(idOf(Kind.node));
const vip = model.vertex(Kind.vip, "192.0.2.1", idOf(Kind.namespace), {
  scopes: node?.scopes ?? [],
});
const announces = model.edge(EdgeKind.announces, node?.id ?? 0, vip.id);
const spine = [...model.vertices.values()].find(({ name }) => name.endsWith("spine1"));
const peers = model.edge(EdgeKind.peers, leaf?.id ?? 0, spine?.id ?? 0);

function edgeOf(id: number, attrs: Readonly<Record<string, string>>): object {
  const end = {
    id: vertexText(node?.id ?? 0),
    kind: "node",
    name: node?.name,
    qualified: node?.name,
  };
  return {
    ...{ id: edgeText(id), kind: "announces", a: end, b: end, health: "ok", confidence: 0.9 },
    ...{ reported_a: true, reported_b: false, disputed: false, freshness: { state: "live" } },
    ...{ scopes: [], evidence: [] },
    attrs: Object.entries(attrs).map(([key, value]) => ({ key, value })),
  };
}

const announced = edgeOf(announces.id, {
  mechanism: "MetalLB L2",
  object: "a Lease",
  trust: "high",
});
const session = edgeOf(peers.id, { session: "BGP 10.0.0.1 with 10.0.0.2 AS 65001 established" });
const reached = {
  ...{
    id: vertexText(vip.id),
    kind: "vip",
    name: vip.name,
    layer: "service",
    path: [],
    health: "ok",
  },
  ...{ freshness: { state: "live" }, labels: [], aliases: [], scopes: [], children: {} },
  attrs: [
    { key: "endpoints", value: "w01 2/2, w02 0/1" },
    { key: "exposure", value: "LB-L2" },
    { key: "mechanism", value: "MetalLB L2" },
  ],
};

const found = {
  name: "leaf1",
  chassis: "02:00:00:00:00:01",
  tries: 1,
  since: new Date().toISOString(),
};
/** A search in the middle of its work. */
const search = {
  ...{ enabled: true, dry_run: false, running: true, since: null, max_depth: 3, max_devices: 50 },
  ...{ seeds: ["10.0.0.1"], allow: ["10.0.0.0/16"], deny: ["10.0.9.0/24"], left_out: 2 },
  counts: { found: 1, locked: 1, queued: 1 },
  credentials: [
    { name: "core", accepted: 1, rejected: 0, suspended: false },
    { name: "old", accepted: 0, rejected: 3, suspended: true },
  ],
  items: [
    { ...found, address: "10.0.0.1", state: "found", why: "", depth: 0, source: "snmp:10.0.0.1" },
    {
      ...{ ...found, address: "10.0.0.2", state: "locked", why: "wrong password for 2 sets" },
      ...{ name: "leaf2", depth: 1, via_name: "leaf1", protocol: "lldp", tries: 2 },
      vertex: { id: leafText, kind: "device", name: "leaf2" },
    },
    { ...found, address: "10.0.0.3", state: "queued", why: "", depth: 1, via_name: "leaf1" },
  ],
};

const scenes: readonly Scene[] = [
  {
    name: "neighbours",
    query: `?sel=${leafText}&part=neighbours`,
    before: (server) => server.answers.set(`/vertices/${leafText}/neighbours`, heard),
    after: async (_server, page) => {
      await page.locator("aside").getByText("Matched (1)").waitFor();
      // The link led to it: that is where the keyboard goes on.
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("part-neighbours");
    },
    says: ["Neighbours (5)", "Not resolved (1)", "Contradicted (1)", "hears by LLDP", /^Read from/],
  },
  {
    name: "neighbours-none",
    query: `?sel=${leafText}`,
    says: ["Neighbours (0)", /answers, and hears nobody: is LLDP on/],
  },
  {
    name: "neighbours-fail",
    query: `?sel=${leafText}`,
    before: (server) => server.answers.set(`/vertices/${leafText}/neighbours`, 500),
    after: async (server, page) => {
      await page.getByText("could not be read: made to fail").waitFor();
      server.answers.set(`/vertices/${leafText}/neighbours`, heard);
      await page.getByText("Ask again").click();
    },
    says: ["Neighbours (5)"],
  },
  {
    name: "owners",
    query: `?sel=${vertexText(port?.id ?? 0)}&part=owners`,
    before: (server) => server.answers.set(`/vertices/${leafText}`, restOf("contact", "the NOC")),
    says: ["Who owns each side", "network side", "the NOC", "platform side"],
  },
  {
    name: "nobody-owns",
    query: `?sel=${vertexText(port?.id ?? 0)}`,
    says: ["not said", "its sysContact says it"],
  },
  {
    name: "exposure",
    query: `?sel=${vertexText(vip.id)}&part=exposure`,
    before: (server) => {
      server.answers.set(`/vertices/${vertexText(vip.id)}`, reached);
      server.answers.set("/edges", { items: [announced] });
    },
    says: [
      "enters the cluster at",
      "claimed, trust high",
      "2 of 3 endpoints ready",
      /^One node answers/,
    ],
  },
  {
    name: "exposure-fails",
    query: `?sel=${vertexText(vip.id)}`,
    before: (server) => server.answers.set("/edges", 500),
    says: ["How it is reached could not be read: made to fail"],
  },
  {
    name: "sessions",
    query: `?sel=${leafText}`,
    before: (server) => server.answers.set("/edges", { items: [session] }),
    says: ["Routing sessions (1)", "BGP 10.0.0.1 with 10.0.0.2 AS 65001 established"],
  },
  {
    name: "policies",
    query: `?sel=${vertexText(idOf(Kind.workload))}`,
    says: ["Policies", "not known: NetworkPolicies are not read from this cluster"],
  },
  {
    name: "discovery",
    query: "",
    within: "dialog[open]",
    before: (server) => server.answers.set("/discovery", search),
    after: async (_server, page) => {
      await page.click(".sources");
      await page.getByText("Searching: 2 of 3 addresses done").waitFor();
      await page.getByRole("button", { name: "1 locked" }).click();
    },
    says: [
      "managed, as snmp:10.0.0.1",
      "add a set that it knows",
      "leaf1 by LLDP, 1 hop",
      /within 10/,
    ],
  },
];

/** A vertex with one attribute, as REST gives it. */
function restOf(key: string, value: string): object {
  return {
    ...{
      id: leafText,
      kind: "device",
      name: leaf?.name,
      layer: "physical",
      path: [],
      health: "ok",
    },
    ...{ freshness: { state: "live" }, attrs: [{ key, value }], labels: [], aliases: [] },
    ...{ scopes: [], children: {} },
  };
}

describe.skipIf(!hasChromium)("the drawer", { timeout: 60_000 }, () => {
  const built = useBuiltPage({
    viewport: { width: 1280, height: 1000 },
    colorScheme: "dark",
    reducedMotion: "reduce",
  });

  test.each(scenes)("$name", async ({ name, query, before, after, says, within = "aside" }) => {
    const { server, url, page } = await built.serve(model);
    before?.(server);
    await page.goto(url + query);
    await after?.(server, page);
    for (const text of says) await page.locator(within).getByText(text).first().waitFor();
    for (const scheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.waitForTimeout(100);
      await built.shoot(page, `${name}-${scheme}`);
      await expectNoViolations(page, within);
    }
  });
});
