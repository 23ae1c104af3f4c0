// Writes the ten pictures of the blind reading to a folder: see README.md.
//
//   node test/blind/pictures.mjs FOLDER
//
// It starts both demos itself and ends them.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { launchOptions } from "../browser/chromium.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const netseam = process.env.NETSEAM ?? join(root, "bin/netseam");
/** A demo of this size was heard as a whole after so long, also on a slow machine. */
const mostWaitMs = 600_000;

/** A minute after its start a scene does what it does; then polls are to notice. */
const sceneMs = 150_000;

/** How many clusters of a world stand at a site: only then everything has its place. */
const clustersAtSites = { small: 3, noc: 40 };

/** The node that is looked at, and what its name is typed for. */
const node = "fra-prod-w07";

const map = "?show=map";
const pictures = [
  { name: "small-map-dark", demo: "small", path: map },
  { name: "small-vip-selected-light", demo: "small", path: vipSelected, scheme: "light" },
  { name: "small-map-deuteranopia", demo: "small", path: map, vision: "deuteranopia" },
  { name: "small-map-quarter", demo: "small", path: map, width: 960, height: 540 },
  { name: "small-node-selected-dark", demo: "small", path: map, act: selectNode },
  { name: "small-nodes-table-light", demo: "small", path: "?show=table&table=nodes", scheme: "light" },
  { name: "small-legend-dark", demo: "small", path: map, act: openLegend },
  { name: "noc-map-dark", demo: "noc", path: map },
  { name: "noc-both-light", demo: "noc", path: "?table=sites", scheme: "light" },
  { name: "noc-map-deuteranopia", demo: "noc", path: map, vision: "deuteranopia" },
];

const [folder, ...rest] = process.argv.slice(2);
if (folder === undefined || rest.length > 0) fail("usage: node test/blind/pictures.mjs FOLDER");
if (!existsSync(netseam)) fail(`there is no ${netseam}: make build first`);
mkdirSync(join(folder, "state"), { recursive: true });

const browser = await chromium.launch(launchOptions);
try {
  for (const size of ["small", "noc"]) await takeAll(size);
} finally {
  await browser.close();
}

async function takeAll(size) {
  const demo = await startDemo(size);
  try {
    await untilHeard(demo.url, clustersAtSites[size]);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, demo.startedMs + sceneMs - Date.now())));
    for (const picture of pictures) if (picture.demo === size) await take(demo.url, picture);
    const state = await fetch(`${demo.url}api/v1/export?format=json`);
    writeFileSync(join(folder, "state", `${size}.json`), await state.text());
  } finally {
    await demo.end();
  }
}

async function take(url, { name, path, act, vision, scheme = "dark", width = 1920, height = 1080 }) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
  const page = await context.newPage();
  if (vision !== undefined) {
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setEmulatedVisionDeficiency", { type: vision });
  }
  await page.goto(url + (typeof path === "function" ? await path(url) : path));
  await page.waitForFunction(() => (globalThis.netseam?.paintedRevision() ?? 0) > 0, undefined, { timeout: 60_000 });
  // The demo's card lies on the map; readers get the map.
  const card = page.getByRole("button", { name: /dismiss|hide|close/i }).first();
  if (await card.isVisible()) await card.click();
  await act?.(page);
  await page.waitForTimeout(6_000); // districts arrive, flights end, rings fade
  await page.screenshot({ path: join(folder, `${name}.png`) });
  process.stdout.write(`${name}\n`);
  await context.close();
}

async function selectNode(page) {
  await page.keyboard.press("/");
  await page.keyboard.type(node);
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
}

/** The first address that a node announces, and the network says so, too; else any. */
async function vipSelected(url) {
  const answer = await fetch(`${url}api/v1/edges?kind=announces&limit=200`);
  const { items } = await answer.json();
  const seen = items.find(({ evidence }) => evidence.some(({ source }) => source.startsWith("snmp:")));
  const edge = seen ?? items[0] ?? fail("nobody announces an address");
  return `?sel=${edge.b.id}&table=services`;
}

async function openLegend(page) {
  await page.getByRole("button", { name: "Legend" }).click();
}

async function startDemo(size) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const scene = join(root, "test/blind", `${size}.scene`);
  const flags = ["demo", "--size", size, "--scene", scene, "--listen", `127.0.0.1:${port}`];
  const child = spawn(netseam, flags, {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return { url, startedMs: Date.now(), end: () => (child.kill("SIGINT"), ended) };
}

/** Waits until every source was heard and everything has its place. */
async function untilHeard(url, clusters) {
  const end = Date.now() + mostWaitMs;
  let waiting = "the server did not answer";
  while (Date.now() < end) {
    waiting = await whatIsMissing(url, clusters).catch((error) => String(error));
    if (waiting === "") return;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  fail(`after ${mostWaitMs / 1000} s: ${waiting}`);
}

/** What of a demo is not ready to be looked at; "" when all is. */
async function whatIsMissing(url, clusters) {
  const ask = async (path) => (await fetch(`${url}api/v1/${path}`)).json();
  const { sources } = await ask("status");
  const early = ["unknown", "connecting", "syncing"];
  const silent = sources.filter(({ state }) => early.includes(state));
  if (sources.length === 0 || silent.length > 0)
    return `${silent.length} of ${sources.length} sources were not heard`;
  const { items } = await ask("vertices?kind=cluster&limit=200");
  const placed = items.filter(({ parent }) => parent?.kind === "site").length;
  return placed < clusters ? `${placed} of ${clusters} clusters stand at a site` : "";
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function fail(message) {
  throw new Error(message);
}
