import { existsSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { build } from "vite";
import { expect } from "vitest";

// What the tests of the built page in Chromium have in common.

export const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
export const hasChromium = existsSync(executablePath);
if (!hasChromium && process.env.CI === "true")
  throw new Error(`these tests need ${executablePath}`);
if (!hasChromium) process.stderr.write(`skipped: the page's tests need ${executablePath}\n`);

export const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
];

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
