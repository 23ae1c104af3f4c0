// The page at a size, in Chromium, on the real program:
//
//   node test/bench/browser.mjs [--size huge] [--minutes 10] [--changes 1000]
//
// Prints one JSON object: seconds to the first picture and until all that is
// shown is whole, script per frame while panning and zooming, and the heap of
// the page after a collection at minute 2 and at the end, while the world changes.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { values: flags } = parseArgs({
  options: {
    size: { type: "string", default: "huge" },
    minutes: { type: "string", default: "10" },
    changes: { type: "string", default: "1000" },
    listen: { type: "string", default: "127.0.0.1:18087" },
    shot: { type: "string" },
  },
});
const minutes = Number(flags.minutes);
const folder = mkdtempSync(join(tmpdir(), "netseam-bench-"));
const scene = join(folder, "churn.scene");
writeFileSync(scene, `at 60s churn ${flags.changes}/s for ${Math.ceil(minutes * 60 + 120)}s\n`);
const server = spawn(
  "bin/netseam",
  ["demo", "--size", flags.size, "--scene", scene, "--listen", flags.listen],
  { stdio: ["ignore", "ignore", "inherit"] },
);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const url = `http://${flags.listen}`;

async function status() {
  try {
    return await (await fetch(`${url}/api/v1/status`)).json();
  } catch {
    return undefined;
  }
}

/** Waits until the number of vertices stays, but for what changes by itself. */
async function whole() {
  for (let last = -1, same = 0; same < 3; await sleep(2000)) {
    const n = (await status())?.vertices ?? 0;
    same = n > 1000 && Math.abs(n - last) <= n / 500 ? same + 1 : 0;
    last = n;
  }
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];

function summary(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return { frames: sorted.length, median: quantile(sorted, 0.5), p95: quantile(sorted, 0.95) };
}

/** Moves the pointer and collects the script time of each picture. */
async function moving(page, act) {
  await page.evaluate(() => {
    const times = [];
    let last = 0;
    let stop = false;
    const look = () => {
      const n = window.netseam;
      if (n && n.lastFrameAt !== last) times.push(n.lastFrameScriptMs);
      last = n?.lastFrameAt ?? last;
      if (!stop) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    window.benchStop = () => {
      stop = true;
      return times;
    };
  });
  await act();
  return summary(await page.evaluate(() => window.benchStop()));
}

async function pan(page) {
  await page.mouse.move(800, 450);
  await page.mouse.down();
  for (let i = 0; i < 120; i++) await page.mouse.move(800 + 300 * Math.sin(i / 8), 450 + 150 * Math.cos(i / 11));
  await page.mouse.up();
}

async function zoom(page) {
  await page.mouse.move(700, 420);
  for (let i = 0; i < 120; i++) await page.mouse.wheel(0, i % 60 < 30 ? -60 : 60);
}

async function heap(cdp) {
  await cdp.send("HeapProfiler.collectGarbage");
  return (await cdp.send("Runtime.getHeapUsage")).usedSize;
}

async function main() {
  await whole();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
  const result = { size: flags.size, vertices: (await status()).vertices, edges: (await status()).edges };
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    const errors = [];
    page.on("pageerror", (e) => errors.push(String(e)));
    const cdp = await page.context().newCDPSession(page);
    const began = Date.now();
    await page.goto(url);
    await page.waitForFunction(() => window.netseam?.lastFrameAt > 0 && window.netseam.displayList().boxes.length > 0);
    result.firstPictureSeconds = (Date.now() - began) / 1000;
    await page.waitForFunction(() => window.netseam.channels().length > 0 && window.netseam.channels().every((c) => c.whole));
    result.wholeSeconds = (Date.now() - began) / 1000;
    result.pan = await moving(page, () => pan(page));
    result.zoom = await moving(page, () => zoom(page));
    if (flags.shot) await page.screenshot({ path: flags.shot });
    const opened = Date.now();
    const until = async (minute) => sleep(Math.max(0, opened + minute * 60_000 - Date.now()));
    await until(Math.min(2, minutes / 5));
    result.heapAtTwo = await heap(cdp);
    const revision = await page.evaluate(() => window.netseam.revision());
    await until(minutes);
    result.heapAtEnd = await heap(cdp);
    result.heapRatio = result.heapAtEnd / result.heapAtTwo;
    result.revisionsBetween = (await page.evaluate(() => window.netseam.revision())) - revision;
    result.channels = await page.evaluate(() => window.netseam.channels().length);
    result.errors = errors;
  } finally {
    await browser.close();
  }
  console.log(JSON.stringify(result, undefined, 2));
}

try {
  await main();
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}
