import { mkdirSync } from "node:fs";
import { type BrowserContextOptions, chromium } from "playwright-core";
import { launchOptions } from "../../test/browser/chromium.mjs";

// Takes pictures of a running page, to be looked at:
//   npm run shots -- http://127.0.0.1:8099 FOLDER [name=query …]

export async function main([
  url = "http://127.0.0.1:8099",
  folder = "shots",
  ...scenes
]: string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch(launchOptions);
  try {
    for (const scene of scenes.length === 0 ? ["open="] : scenes) {
      const name = scene.slice(0, scene.indexOf("="));
      const query = scene.slice(scene.indexOf("=") + 1);
      const options: BrowserContextOptions = {
        viewport: { width: 1600, height: 900 },
        colorScheme: name.includes("light") ? "light" : "dark",
      };
      const context = await browser.newContext(options);
      const page = await context.newPage();
      page.on("console", (message) => {
        if (message.type() === "error") console.log(`${name}: console: ${message.text()}`);
      });
      page.on("pageerror", (error) => console.log(`${name}: error: ${error.message}`));
      await page.goto(url + query);
      await page.waitForTimeout(Number(process.env.WAIT ?? "2500"));
      await page.screenshot({ path: `${folder}/${name}.png` });
      const script = await page.evaluate(() => window.netseam?.lastFrameScriptMs);
      console.log(`${folder}/${name}.png, script of the last frame ${script?.toFixed(1)} ms`);
      await context.close();
    }
  } finally {
    await browser.close();
  }
}
