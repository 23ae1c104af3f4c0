import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { createServer } from "vite";
import { launchOptions } from "../../test/browser/chromium.mjs";
import { scenes } from "../src/gallery/scenes";

// Takes a picture of every scene, dark and light, to be looked at:
//   npm run gallery -- FOLDER [scene …]

export async function main([folder = "shots", ...only]: string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const vite = await createServer({
    root: fileURLToPath(new URL("..", import.meta.url)),
    server: { port: 0, host: "127.0.0.1" },
    logLevel: "error",
  });
  await vite.listen();
  const url = vite.resolvedUrls?.local[0] ?? "";
  const browser = await chromium.launch(launchOptions);
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 860 } });
    page.on("pageerror", (error) => console.log(`error: ${error.message}`));
    for (const { name } of scenes) {
      if (only.length > 0 && !only.includes(name)) continue;
      for (const theme of ["dark", "light"]) {
        await page.goto(`${url}gallery.html?bare&scene=${name}&theme=${theme}`);
        await page.waitForSelector("[data-painted]");
        await page.screenshot({ path: `${folder}/${name}-${theme}.png` });
      }
      console.log(name);
    }
  } finally {
    await browser.close();
    await vite.close();
  }
}
