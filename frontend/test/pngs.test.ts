import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { createServer, type ViteDevServer } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchOptions } from "../../test/browser/chromium.mjs";
import { hasChromium } from "./chromium";

// Pictures of scenes as Chromium paints them with the bundled fonts, compared
// with what was looked at and kept. UPDATE_PNGS=1 writes them anew: look at
// them before committing.

const folder = fileURLToPath(new URL("pngs/", import.meta.url));
/** Of the pixels, so many may differ, by more than so much of a colour: other versions draw edges otherwise. */
const mostPixels = 0.01;
const mostColour = 48;

const shown = [
  ["all", "dark"],
  ["all", "light"],
  ["afar", "dark"],
  ["site", "light"],
  ["cluster", "dark"],
  ["leaf", "light"],
  ["node", "dark"],
  ["node-selected", "light"],
  ["way", "dark"],
  ["trouble", "dark"],
  ["trouble-near", "light"],
  ["dead-cluster", "light"],
] as const;

describe.skipIf(!hasChromium)("pictures", { timeout: 60_000 }, () => {
  let vite: ViteDevServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    vite = await createServer({
      root: fileURLToPath(new URL("..", import.meta.url)),
      server: { port: 0, host: "127.0.0.1", ws: false },
      logLevel: "error",
    });
    await vite.listen();
    browser = await chromium.launch(launchOptions);
    page = await browser.newPage({ viewport: { width: 1000, height: 600 } });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await vite?.close();
  });

  const open = async (scene: string, theme: string): Promise<void> => {
    const url = vite.resolvedUrls?.local[0] ?? "";
    await page.goto(`${url}gallery.html?bare&scene=${scene}&theme=${theme}`);
    await page.waitForSelector('[data-painted=""]');
  };

  test.each(shown)("%s, %s", async (scene, theme) => {
    await open(scene, theme);
    const png = await page.screenshot();
    const path = `${folder}${scene}-${theme}.png`;
    if (process.env.UPDATE_PNGS === "1") {
      mkdirSync(folder, { recursive: true });
      writeFileSync(path, png);
    }
    const kept = readFileSync(path);
    const { differing, of } = await page.evaluate(compare, {
      a: kept.toString("base64"),
      b: png.toString("base64"),
      most: mostColour,
    });
    expect(of).toBe(1000 * 600);
    expect(differing / of).toBeLessThan(mostPixels);
  });

  test("letters are painted as they are written: no × for the x of 9q8x2", async () => {
    await open("node", "dark");
    const [whole, apart] = await page.evaluate(() => {
      const write = (texts: readonly string[]): number[] => {
        const canvas = document.createElement("canvas");
        const context = canvas.getContext("2d");
        if (context === null) throw new Error("no canvas");
        context.font = '400 32px "Inter"';
        context.textRendering = "optimizeSpeed";
        let x = 4;
        for (const text of texts) {
          context.fillText(text, x, 60);
          x += context.measureText(text).width;
        }
        return [...context.getImageData(0, 0, canvas.width, canvas.height).data];
      };
      return [write(["8x2"]), write(["8", "x", "2"])];
    });
    const differing = whole?.filter((value, i) => Math.abs(value - (apart?.[i] ?? 0)) > 96).length;
    expect(differing).toBeLessThan(40);
  });
});

/** Runs in the page: how many pixels of two pictures differ. */
async function compare({ a, b, most }: { a: string; b: string; most: number }) {
  const pixels = async (base64: string): Promise<Uint8ClampedArray> => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("no canvas");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height).data;
  };
  const [p, q] = [await pixels(a), await pixels(b)];
  let differing = p.length === q.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < p.length; i += 4) {
    const far = [0, 1, 2].some((c) => Math.abs((p[i + c] ?? 0) - (q[i + c] ?? 0)) > most);
    if (far) differing++;
  }
  return { differing, of: p.length / 4 };
}
