import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { FakeServer } from "../dev/fake";
import { Model } from "../src/gallery/model";
import { buildWorld, small } from "../src/gallery/small";
import { Kind, ScopeState, vertexText } from "../src/state/words";
import { expectNoViolations, hasChromium, loaded, useBuiltPage } from "./chromium";

// Every state that is not "all is well": what the page says in it, and that
// axe finds nothing in either theme. NETSEAM_SHOTS=folder keeps the pictures.

type Scene = {
  readonly name: string;
  /** The server has nothing on its map. */
  readonly isEmpty?: boolean;
  readonly query?: string;
  readonly before?: (server: FakeServer) => void;
  /** What happens once the map is there. */
  readonly after?: (server: FakeServer, page: Page) => Promise<void> | void;
  readonly says: readonly (string | RegExp)[];
  readonly doesNotSay?: string;
};

const failing = [
  {
    id: "kube:prod",
    kind: "kube",
    state: ScopeState.unauthorised,
    message: "list nodes: Unauthorized",
  },
  {
    id: "snmp:leaf1",
    kind: "snmp",
    state: ScopeState.unreachable,
    message: "no answer within 2 s, asked 3 times",
  },
  { id: "snmp:leaf2", kind: "snmp", state: ScopeState.forbidden, message: "lldp: noAccess" },
];
const answered = failing.map((one) => ({ ...one, lastOkMs: Date.now() - 300_000 }));

const model = buildWorld(small);
const idOf = (kind: number): number =>
  [...model.vertices.values()].find((one) => one.kind === kind)?.id ?? 0;
const link = [...model.edges.keys()][0] ?? 0;

const scenes: readonly Scene[] = [
  {
    name: "connecting",
    before: (server) => {
      server.refuses = true;
    },
    says: [/Connecting to the server|No connection to the server/],
  },
  {
    name: "loading",
    before: (server) => {
      server.stalls = true;
    },
    says: ["Loading the map"],
  },
  {
    name: "no-sources",
    isEmpty: true,
    before: (server) => {
      server.sources = [];
    },
    says: ["Nothing is on the map yet", "kubeconfig:", "community_file:", "netseam check -c"],
  },
  {
    name: "all-failing",
    isEmpty: true,
    before: (server) => {
      server.sources = failing;
    },
    says: ["no source answers", "list nodes: Unauthorized", "renew the kubeconfig", "UDP port 161"],
  },
  {
    name: "first-reading",
    isEmpty: true,
    before: (server) => {
      server.sources = [
        { id: "kube:prod", kind: "kube", state: ScopeState.connecting, message: "" },
      ];
    },
    says: ["Reading 1 source for the first time"],
  },
  {
    name: "none-answers-any-more",
    before: (server) => {
      server.sources = answered;
    },
    says: ["No source answers: all that is shown is what was last known", "1 unreachable"],
  },
  {
    name: "sources-dialog",
    before: (server) => {
      server.sources = [
        ...answered,
        { id: "kube:b", kind: "kube", state: ScopeState.live, message: "" },
      ];
    },
    after: async (_server, page) => {
      await page.click(".sources");
    },
    says: ["let the community or user read the whole tree", /\d+ min ago/],
  },
  {
    name: "offline",
    query: `?table=nodes&sel=${vertexText(idOf(Kind.node))}`,
    after: (server) => {
      server.refuses = true;
      server.hangUp();
    },
    says: [
      /Not current: the map shows/,
      /Not current: all of this is as it was/,
      "was ok",
      /· not current/,
    ],
    doesNotSay: "fresh",
  },
  {
    name: "session-ended",
    after: (server) => {
      server.denies = 401;
      server.hangUp();
    },
    says: ["You are not logged in any more", "Log in"],
  },
  {
    name: "not-permitted",
    after: (server) => {
      server.denies = 403;
      server.hangUp();
    },
    says: ["The server does not let this page in: this name is not the server's own"],
  },
  {
    name: "not-kept",
    before: (server) => {
      server.kept = false;
    },
    says: ["Not kept since"],
  },
  {
    name: "other-schema",
    before: (server) => {
      server.schema = 99;
    },
    says: ["of another version than this page", "Reload"],
  },
  {
    name: "channel-problem",
    after: (server) => server.send(new Uint8Array([250, 251, 252, 253, 254, 255])),
    says: ["unreadable frame"],
  },
  {
    name: "gone-selection",
    query: "?sel=v999999",
    says: ["This is not in what is open here"],
  },
  {
    name: "evidence",
    query: `?sel=e${link}`,
    after: async (_server, page) => {
      await page.getByText("How sure, and why?").click();
    },
    says: ["both ends hear each other", "99 %", "The figure follows from how it was learned"],
  },
  {
    name: "search",
    after: async (_server, page) => {
      await page.keyboard.press("/");
      await page.keyboard.type("east");
    },
    says: ["sites", "clusters", "devices"],
  },
  {
    name: "first-steps",
    before: (server) => {
      server.demo = true;
    },
    after: async (_server, page) => {
      await page.click('[data-step="follow"]');
    },
    says: ["path, 6 hops", "so says the API server of"],
  },
];

describe.skipIf(!hasChromium)("the page says how it stands", { timeout: 60_000 }, () => {
  const built = useBuiltPage({ viewport: { width: 1280, height: 800 }, colorScheme: "dark" });

  test.each(scenes)("$name", async ({ name, isEmpty, query, before, after, says, doesNotSay }) => {
    const served = await built.serve(isEmpty === true ? new Model() : model);
    const { server, url, page } = served;
    before?.(server);
    await page.goto(url + (query ?? ""));
    if (after !== undefined) {
      await loaded(served);
      await after(server, page);
    }
    for (const text of says) await page.getByText(text).first().waitFor();
    if (doesNotSay !== undefined)
      expect(await page.getByText(doesNotSay, { exact: true }).count()).toBe(0);
    for (const scheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await page.waitForTimeout(300);
      await built.shoot(page, `${name}-${scheme}`);
      await expectNoViolations(page);
    }
  });

  test("at 800 × 600 everything can be reached", async () => {
    const { server, url, page } = await built.serve(model);
    server.demo = true;
    await page.setViewportSize({ width: 800, height: 600 });
    await page.goto(`${url}?sel=${vertexText(idOf(Kind.node))}`);
    await page.locator("[data-step=pull]").waitFor();
    await page.waitForTimeout(500);
    await built.shoot(page, "small-dark");
    const buttons = page.locator("button:visible, input:visible, select:visible");
    for (const control of await buttons.all()) {
      const box = await control.boundingBox();
      const inGrid = await control.evaluate(
        (element) => element.closest("[role=grid], aside") !== null,
      );
      if (box === null || inGrid) continue;
      const label = await control.evaluate((element) => element.outerHTML.slice(0, 120));
      expect(box.x, label).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width, label).toBeLessThanOrEqual(800);
      expect(box.y + box.height, label).toBeLessThanOrEqual(600);
    }
    const map = await page.locator("#map").boundingBox();
    expect(map?.width).toBeGreaterThan(300);
    expect(map?.height).toBeGreaterThan(120);
  });
});
