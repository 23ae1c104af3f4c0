import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { FakeServer } from "../dev/fake";
import { Kind, vertexText } from "../src/state/words";
import { expectNoViolations, hasChromium, useBuiltPage } from "./chromium";
import {
  announced,
  clusterText,
  heard,
  idOf,
  leaf,
  leafText,
  learned,
  model,
  port,
  portRef,
  reached,
  restOf,
  search,
  session,
  vip,
} from "./drawer-world";

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
      await page.getByText("Ask again").dispatchEvent("click"); // at once: it goes as soon as the answer is there
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
    name: "denied",
    query: `?sel=${leafText}`,
    before: (server) => server.answers.set(`/vertices/${leafText}`, 403),
    says: ["Attributes could not be read: the server does not permit it: made to fail"],
  },
  {
    name: "learned",
    query: `?sel=${vertexText(port?.id ?? 0)}&part=learned`,
    before: (server) =>
      server.answers.set(`/vertices/${vertexText(port?.id ?? 0)}/learned`, { tables: learned }),
    says: [
      "MAC table: 2 rows, 1 more that the table has lost; read 2 h ago, now stale",
      "02:00:00:00:00:09",
      "VLAN 10",
      "lost since",
    ],
  },
  {
    name: "learned-nothing",
    query: `?sel=${vertexText(port?.id ?? 0)}`,
    says: ["No forwarding or address table that is read has a row behind it."],
  },
  {
    name: "learned-fails",
    query: `?sel=${leafText}`,
    before: (server) => server.answers.set(`/vertices/${leafText}/learned`, 403),
    says: ["The tables could not be read: the server does not permit it: made to fail."],
  },
  {
    name: "ports",
    query: `?sel=${leafText}&part=inside`,
    within: "dialog[open]",
    before: (server) =>
      server.answers.set(`/vertices/${leafText}/learned`, {
        tables: [{ ...learned[0], rows: [], ports: [{ port: portRef, count: 412 }] }],
      }),
    after: async (_server, page) => {
      await page.locator("aside").getByText("All in a table").click();
      const table = page.locator("dialog[open]");
      const first = table.locator("[role=rowgroup] [role=row]").first();
      await first.waitFor();
      const ports = model.childrenOf(leaf?.id ?? 0, Kind.port).length;
      expect(await table.getByRole("grid").getAttribute("aria-rowcount")).toBe(String(ports + 1));
      await table.getByRole("button", { name: "MACs" }).click();
      await table.getByRole("button", { name: "MACs" }).click();
      expect(await first.textContent()).toContain("412");
    },
    says: ["25 Gbit/s", "412", "not in use"],
  },
  {
    name: "addresses",
    query: `?sel=${clusterText}`,
    within: "dialog[open]",
    before: (server) =>
      server.answers.set("/vertices", {
        items: [
          {
            ...{ id: vertexText(vip.id), kind: "vip", name: vip.name, health: "ok" },
            freshness: { state: "live" },
            attrs: reached.attrs.concat({ key: "eligible_nodes", value: "w01 w02" }),
          },
        ],
      }),
    after: async (_server, page) => page.locator("aside").getByText("All in a table").click(),
    says: ["192.0.2.1", "MetalLB L2", "observed", "2 nodes", "2 of 3: w01 2, w02 0 of 1"],
  },
  {
    name: "addresses-fail",
    query: `?sel=${clusterText}`,
    within: "dialog[open]",
    before: (server) => server.answers.set("/vertices", 401),
    after: async (_server, page) => page.locator("aside").getByText("All in a table").click(),
    says: ["They could not be read: you are not logged in any more."],
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
