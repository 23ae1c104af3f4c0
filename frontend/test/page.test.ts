import type { Page } from "playwright-core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { FakeServer } from "../dev/fake";
import { Model } from "../src/gallery/model";
import { buildWorld, small } from "../src/gallery/small";
import { Health, Kind, vertexText } from "../src/state/words";
import { expectNoViolations, hasChromium, loaded, useBuiltPage } from "./chromium";

// The built page in Chromium, against a made-up server.

describe.skipIf(!hasChromium)("the page", { timeout: 60_000 }, () => {
  let server: FakeServer;
  let url = "";
  let page: Page;
  let errors: string[];

  // A violation of the content security policy is an error on the console.
  afterEach(() => expect(errors).toEqual([]));
  const built = useBuiltPage({ viewport: { width: 1600, height: 900 }, colorScheme: "dark" });

  beforeEach(() => serve(buildWorld(small)));

  async function serve(model: Model): Promise<void> {
    ({ server, url, page } = await built.serve(model));
    errors = [];
    page.on("pageerror", (error) => errors.push(error.message));
    page.on("console", (message) => {
      // The browser itself reports each connection that a test refuses or cuts.
      if (message.type() === "error" && !message.text().includes("WebSocket"))
        errors.push(message.text());
    });
  }

  async function open(query = ""): Promise<void> {
    await page.goto(url + query);
    await loaded({ page, server, url });
    if (query.includes("show=table")) return;
    await page.waitForFunction(() => (window.netseam?.visibleTexts().length ?? 0) > 0);
  }

  const idOf = (kind: number, name: string): number => {
    const found = [...server.model.vertices.values()].find(
      (one) => one.kind === kind && one.name === name,
    );
    if (found === undefined) throw new Error(`no ${name}`);
    return found.id;
  };
  const rectOf = (id: number) =>
    page.evaluate((wanted) => {
      const list = window.netseam?.displayList() as {
        boxes: { id: number; rect: { x: number; y: number; w: number; h: number } }[];
      };
      return list.boxes.find((box) => box.id === wanted)?.rect;
    }, id);
  const search = (): string => new URL(page.url()).search;
  const said = (text: string | RegExp) => page.getByText(text).first().waitFor();

  test("opens fitted, with everything on the screen and the sources in words", async () => {
    await open();
    for (const site of ["east", "west"]) {
      const rect = await rectOf(idOf(Kind.site, site));
      expect(rect?.x).toBeGreaterThanOrEqual(0);
      expect((rect?.x ?? 0) + (rect?.w ?? 0)).toBeLessThanOrEqual(1600);
    }
    await said(/3 clusters live · 16 switches live|3 clusters live · \d+ switches live/);
    await said(
      /39 of 40 nodes stand on a known switch port|of 40 nodes stand on a known switch port/,
    );
  });

  test("a click selects, lights what belongs to it and moves nothing; Escape undoes it", async () => {
    await open();
    const leaf = idOf(Kind.device, "east-leaf1");
    const before = await rectOf(leaf);
    if (before === undefined) throw new Error("the leaf is not drawn");
    const canvas = await page.locator("#map").boundingBox();
    await page.mouse.click(
      (canvas?.x ?? 0) + before.x + 10,
      (canvas?.y ?? 0) + before.y + before.h / 2,
    );
    await page.getByRole("heading", { name: "east-leaf1" }).waitFor();
    expect(search()).toContain(`sel=${vertexText(leaf)}`);
    await page.waitForTimeout(400);
    const after = await rectOf(leaf);
    expect(after?.x).toBeCloseTo(before.x, 0);
    expect(after?.w).toBeCloseTo(before.w, 0);
    await said("192.0.2.7");
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "east-leaf1" }).waitFor({ state: "detached" });
    expect(search()).not.toContain("sel=");
  });

  test("search finds, Enter selects and flies only to what cannot be read where it is; back returns", async () => {
    await open();
    const pod = [...server.model.vertices.values()].find(({ kind }) => kind === Kind.pod);
    if (pod === undefined) throw new Error("no pod");
    await page.keyboard.press("/");
    await page.keyboard.type(pod.name);
    await page.getByRole("option", { name: pod.name }).first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: pod.name }).waitFor();
    await page.waitForTimeout(700);
    expect((await rectOf(pod.id))?.w).toBeGreaterThan(14);
    await page.goBack();
    await page.waitForTimeout(500);
    expect(search()).not.toContain("sel=");
    expect(await rectOf(pod.id)).toBeUndefined();
  });

  test("the table holds the same, works by keyboard, and selects", async () => {
    await open("?table=nodes");
    await page.getByLabel("Filter the table").fill("prod-west n2");
    await page.getByRole("row", { name: "prod-west-n2" }).waitFor(); // its district is loaded
    await page.getByRole("grid").focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "prod-west-n2" }).first().waitFor();
    expect(await page.getByRole("row", { selected: true }).count()).toBe(1);
  });

  test("by keyboard alone: found, walked along its neighbours, closed; the focus comes back", async () => {
    await open();
    const focused = () =>
      page.evaluate(() => {
        const at = document.activeElement;
        return at?.closest("aside") == null ? at?.id : "drawer";
      });
    await page.keyboard.press("/");
    await page.keyboard.type("prod-east-n3");
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "prod-east-n3" }).waitFor();
    for (let i = 0; i < 60 && (await focused()) !== "drawer"; i++) await page.keyboard.press("Tab");
    expect(await focused()).toBe("drawer");
    const line = page.locator("aside button.line").first();
    while (!(await line.evaluate((at) => at === document.activeElement)))
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Evidence" }).waitFor();
    expect(await focused()).toBe("drawer");
    await page.keyboard.press("Escape");
    await page.locator("aside").waitFor({ state: "detached" });
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("map");
  });

  test("a change is painted at once, and moves nothing", async () => {
    await open();
    const node = server.model.vertices.get(idOf(Kind.node, "prod-east-n3"));
    if (node === undefined) throw new Error("no node");
    const before = await rectOf(node.id);
    server.change({
      channel: `cluster:v${node.parent}`,
      vertices: [{ ...node, health: Health.down, note: "NotReady" }],
    });
    await page.waitForFunction((id) => {
      const list = window.netseam?.displayList() as { boxes: { id: number; status: string }[] };
      return list.boxes.find((box) => box.id === id)?.status === "down";
    }, node.id);
    expect(await rectOf(node.id)).toEqual(before);
  });

  test("a selected element that goes away stays as a ghost", async () => {
    await open();
    const node = server.model.vertices.get(idOf(Kind.node, "prod-east-n5"));
    if (node === undefined) throw new Error("no node");
    await open(`?sel=${vertexText(node.id)}`);
    await page.getByRole("heading", { name: "prod-east-n5" }).waitFor();
    const nics = server.model.childrenOf(node.id, Kind.nic).map(({ id }) => id);
    const inside = [
      node.id,
      ...nics,
      ...server.model.childrenOf(node.id, Kind.pod).map(({ id }) => id),
    ];
    const cables = [...server.model.edges.values()]
      .filter(({ a }) => nics.includes(a))
      .map(({ id }) => id);
    server.change({ channel: `cluster:v${node.parent}`, goneVertices: inside, goneEdges: cables });
    const site = server.model.vertices.get(node.parent)?.parent ?? 0;
    // Its site named it as the far end of a cable.
    server.change({
      channel: `site:v${site}`,
      goneVertices: [node.id, ...nics],
      goneEdges: cables,
    });
    await said(/Gone since/);
  });

  test("a lost server greys the map with the last time, and comes back by itself", async () => {
    await open();
    server.refuses = true;
    server.hangUp();
    await said(/Not current: the map shows what was known at/);
    expect(await page.evaluate(() => window.netseam?.vertices().length)).toBe(
      server.model.vertices.size,
    );
    server.refuses = false;
    await page.getByRole("button", { name: "Try now" }).click();
    await page.getByText(/Not current/).waitFor({ state: "detached" });
  });

  test("garbage on the stream breaks nothing: it is said, and the page reconnects", async () => {
    await open();
    server.send(new Uint8Array([250, 251, 252, 253, 254, 255]));
    await said(/unreadable frame/);
    await page.waitForFunction(() => document.querySelector('[data-state="live"]') !== null);
    expect(await page.evaluate(() => window.netseam?.vertices().length)).toBe(
      server.model.vertices.size,
    );
  });

  test("columns of another version reload the page once, and then say so", async () => {
    server.schema = 99;
    await page.goto(url);
    await said(/of another version than this page/);
    const loads = await page.evaluate(() => performance.getEntriesByType("navigation").length);
    expect(loads).toBe(1);
    await page.waitForTimeout(1500);
    await page.getByRole("button", { name: "Reload" }).waitFor();
  });

  test("a journal that cannot be written is said", async () => {
    await open();
    server.kept = false;
    server.tick();
    await said(/Not kept since/);
  });

  test("an empty server says how to begin", async () => {
    await serve(new Model());
    await page.goto(url);
    await said("Nothing is on the map yet");
  });

  test("light, dark and the system's choice", async () => {
    await open();
    const becomes = (theme: string) =>
      page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, theme);
    await becomes("dark");
    await page.emulateMedia({ colorScheme: "light" });
    await becomes("light");
    await page.getByRole("button", { name: "Theme: auto" }).click();
    await becomes("dark");
    await page.reload();
    await becomes("dark");
  });

  test.each(["", "?show=table&table=pods", "?sel=v2"])(
    "at %s there is nothing that axe finds",
    async (query) => {
      await open(query);
      await page.waitForTimeout(500);
      await expectNoViolations(page);
    },
  );
});
