import { existsSync, mkdirSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { launchOptions } from "../../test/browser/chromium.mjs";
import { FakeServer } from "../dev/fake";
import type { Model } from "../src/gallery/model";

// What the tests of the built page in Chromium have in common.

const { executablePath } = launchOptions;
export const hasChromium = existsSync(executablePath);
if (!hasChromium && process.env.CI === "true")
  throw new Error(`these tests need ${executablePath}`);
if (!hasChromium) process.stderr.write(`skipped: the page's tests need ${executablePath}\n`);

/** Builds the page into a folder of its own. */
export async function buildPage(): Promise<string> {
  const dist = await mkdtemp(join(tmpdir(), "netseam-page-"));
  await build({
    root: fileURLToPath(new URL("..", import.meta.url)),
    logLevel: "error",
    build: { outDir: dist, emptyOutDir: true },
  });
  return dist;
}

/** That axe finds nothing, on the page or within a part of it. */
export async function expectNoViolations(page: Page, within = "html"): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).include(within).analyze();
  expect(
    violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
    ),
  ).toEqual([]);
}

/** One test's page, and the made-up server that it is of. */
export type Served = { readonly server: FakeServer; readonly url: string; readonly page: Page };

/**
 * Builds the page and starts Chromium once for the tests of a file. What each
 * serves is closed after it, whatever came of it.
 */
export function useBuiltPage(look: BrowserContextOptions) {
  let dist = "";
  let browser: Browser | undefined;
  const closing: (() => Promise<void>)[] = [];
  const shots = process.env.NETSEAM_SHOTS ?? "";

  beforeAll(async () => {
    dist = await buildPage();
    browser = await chromium.launch(launchOptions);
    if (shots !== "") mkdirSync(shots, { recursive: true });
  }, 120_000);

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(dist, { recursive: true, force: true });
  });

  return {
    /** A server of a world, and a page in a browser's profile of its own. */
    async serve(model: Model): Promise<Served> {
      if (browser === undefined) throw new Error("no Chromium runs");
      const server = new FakeServer(model, dist);
      const url = await server.start();
      closing.push(() => server.stop());
      const context = await browser.newContext(look);
      closing.push(() => context.close());
      return { server, url, page: await context.newPage() };
    },
    /** Keeps a picture where NETSEAM_SHOTS names a folder. */
    async shoot(page: Page, name: string): Promise<void> {
      if (shots !== "") await page.screenshot({ path: `${shots}/${name}.png` });
    },
  };
}

/** Until a page holds all that its server has. */
export async function loaded({ page, server }: Served): Promise<void> {
  await page.waitForFunction(
    (count) => (window.netseam?.vertices().length ?? 0) >= count,
    server.model.vertices.size,
  );
}
