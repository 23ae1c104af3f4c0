// The page at a size, in Chromium, on the real program:
//
//   node test/bench/browser.mjs [--size huge] [--minutes 10] [--changes 1000]
//
// Prints one JSON object: seconds to the first picture and until all that is
// shown is whole, the bytes that the worker was sent until then and how long it
// decoded them, script per frame while panning and zooming, and the heaps of the
// page and of the worker after a collection at minute 2 and at the end, while
// the world changes. --profile writes what the page did while panning and
// zooming, for Chromium's developer tools. --heaps=FOLDER also writes the page's
// heap as it is at each of these moments, for heap-diff.mjs.
import { spawn } from "node:child_process";
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";
import { launchOptions } from "../browser/chromium.mjs";

const { values: flags } = parseArgs({
  options: {
    size: { type: "string", default: "huge" },
    minutes: { type: "string", default: "10" },
    changes: { type: "string", default: "1000" },
    listen: { type: "string", default: "127.0.0.1:18087" },
    shot: { type: "string" },
    profile: { type: "string" },
    heaps: { type: "string" },
  },
});
const minutes = Number(flags.minutes);
const folder = mkdtempSync(join(tmpdir(), "netseam-bench-"));
const scene = join(folder, "churn.scene");
// Long after all has been read, and still so when the last minute ends. The
// minutes are counted from the first change.
const churnAfterMs = 180_000;
writeFileSync(scene, `at ${churnAfterMs / 1000}s churn ${flags.changes}/s for ${Math.ceil(minutes * 60 + 600)}s\n`);
const started = Date.now();
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
async function moving(page, cdp, act) {
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
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
  const before = await scriptMs(cdp);
  await act();
  const used = (await scriptMs(cdp)) - before;
  const times = await page.evaluate(() => window.benchStop());
  return { ...summary(times), processorPerFrame: used / times.length };
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

/** Stands between page and server and counts what a WebSocket is sent, as it goes over the wire. */
async function relay() {
  const wire = { bytes: 0 };
  const between = createServer((near) => {
    const [host, port] = flags.listen.split(":");
    const far = connect({ host, port: Number(port) });
    let socket = false;
    near.once("data", (head) => {
      socket = /^upgrade: websocket/im.test(head.toString("latin1"));
    });
    far.on("data", (chunk) => {
      if (socket) wire.bytes += chunk.length;
    });
    near.pipe(far).pipe(near);
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
  });
  await new Promise((done) => between.listen(0, "127.0.0.1", done));
  return { wire, url: `http://127.0.0.1:${between.address().port}`, close: () => between.close() };
}

/** The stream's worker, spoken to through the page's session: it has no other. */
async function worker(cdp) {
  let id = 0;
  let session;
  const waiting = new Map();
  const found = new Promise((done) => {
    cdp.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
      if (targetInfo.type !== "worker") return;
      session = sessionId;
      done();
    });
  });
  const seen = { frames: 0, bytes: 0 };
  cdp.on("Target.receivedMessageFromTarget", ({ message }) => {
    const said = JSON.parse(message);
    if (said.id !== undefined) waiting.get(said.id)?.(said);
    if (said.method === "Network.webSocketFrameReceived") {
      seen.frames++;
      const { payloadData, opcode } = said.params.response;
      seen.bytes += opcode === 2 ? Buffer.byteLength(payloadData, "base64") : Buffer.byteLength(payloadData);
    }
  });
  await cdp.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: true, flatten: false });
  const send = (method, params = {}) =>
    new Promise((done, fail) => {
      const n = ++id;
      waiting.set(n, ({ result, error }) => {
        waiting.delete(n);
        if (error === undefined) done(result);
        else fail(new Error(`${method}: ${error.message}`));
      });
      cdp.send("Target.sendMessageToTarget", { sessionId: session, message: JSON.stringify({ id: n, method, params }) }).catch(fail);
    });
  return { found, seen, send };
}

/** What is held after a collection: the least of five, because a busy page is always in the middle of something. */
async function heap(target) {
  await target.send("HeapProfiler.enable");
  const least = { script: Infinity, buffers: Infinity };
  for (let look = 0; look < 5; look++, await sleep(500)) {
    await target.send("HeapProfiler.collectGarbage");
    const { usedSize, backingStorageSize } = await target.send("Runtime.getHeapUsage");
    least.script = Math.min(least.script, usedSize);
    least.buffers = Math.min(least.buffers, backingStorageSize);
  }
  return { ...least, all: least.script + least.buffers };
}

/** Changes that sources have said so far. */
async function observations() {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const taken = [...metrics.matchAll(/^netseam_hub_observations_total\{[^}]*result="taken"[^}]*\} (\S+)$/gm)];
  return taken.reduce((sum, [, n]) => sum + Number(n), 0);
}

/** Milliseconds of processor time that the page's script has used. */
async function scriptMs(cdp) {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return 1000 * (metrics.find(({ name }) => name === "ScriptDuration")?.value ?? 0);
}

/** Writes what is on the page's heap, where --heaps asks for it. */
async function writeHeap(cdp, name) {
  if (flags.heaps === undefined) return;
  const file = createWriteStream(join(flags.heaps, `${name}.heapsnapshot`));
  const take = ({ chunk }) => file.write(chunk);
  cdp.on("HeapProfiler.addHeapSnapshotChunk", take);
  await cdp.send("HeapProfiler.takeHeapSnapshot");
  cdp.off("HeapProfiler.addHeapSnapshotChunk", take);
  await new Promise((done, fail) => file.on("error", fail).end(done));
}

/** Milliseconds of script that a profile has, and its greatest functions by their own time. */
function spent({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((n) => [n.id, n.callFrame]));
  const own = new Map();
  let total = 0;
  samples.forEach((id, i) => {
    const { functionName, url, lineNumber, columnNumber } = byId.get(id);
    if (functionName === "(idle)" || functionName === "(program)") return;
    const name = url === "" ? functionName : `${functionName} ${url.split("/").at(-1)}:${lineNumber + 1}:${columnNumber + 1}`;
    total += timeDeltas[i];
    own.set(name, (own.get(name) ?? 0) + timeDeltas[i]);
  });
  const top = [...own].toSorted((a, b) => b[1] - a[1]).slice(0, 15);
  return { ms: total / 1000, top: Object.fromEntries(top.map(([name, us]) => [name, Math.round(us / 1000)])) };
}

async function profiled(target, act) {
  await target.send("Profiler.enable");
  await target.send("Profiler.start");
  const value = await act();
  const { profile } = await target.send("Profiler.stop");
  return { value, profile };
}

/** Seconds of processor time that the server has used. */
function serverSeconds() {
  const fields = readFileSync(`/proc/${server.pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Watches the heaps while the world changes. */
async function soak(page, cdp, stream, wire, result) {
  const begun = Math.max(Date.now(), started + churnAfterMs);
  const until = async (minute) => sleep(Math.max(0, begun + minute * 60_000 - Date.now()));
  const look = async () => ({
    minute: (Date.now() - begun) / 60_000,
    page: await heap(cdp),
    worker: await heap(stream),
    revision: await page.evaluate(() => window.netseam.revision()),
    // A world that grows is no leak.
    held: await page.evaluate(() => window.netseam.channels().map(({ name, vertices, edges }) => [name, vertices, edges])),
    wire: wire.bytes,
    observations: await observations(),
    serverSeconds: serverSeconds(),
    load: loadavg()[0],
  });
  result.quiet = await look();
  await until(Math.min(2, minutes / 5));
  result.atTwo = await look();
  await writeHeap(cdp, "two");
  await until(minutes);
  result.atEnd = await look();
  await writeHeap(cdp, "end");
  const { atTwo, atEnd } = result;
  result.ratio = {
    script: atEnd.page.script / atTwo.page.script,
    buffers: atEnd.page.buffers / atTwo.page.buffers,
    all: atEnd.page.all / atTwo.page.all,
  };
  result.observationsPerSecond = (atEnd.observations - atTwo.observations) / (60 * (atEnd.minute - atTwo.minute));
  result.channels = await page.evaluate(() => window.netseam.channels().length);
}

async function main() {
  await whole();
  const between = await relay();
  const browser = await chromium.launch(launchOptions);
  const result = { size: flags.size, load: loadavg()[0], readSeconds: (Date.now() - started) / 1000, vertices: (await status()).vertices, edges: (await status()).edges };
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    const errors = [];
    page.on("pageerror", (e) => errors.push(String(e)));
    const cdp = await page.context().newCDPSession(page);
    const stream = await worker(cdp);
    const began = Date.now();
    const opening = page.goto(between.url);
    await stream.found;
    await stream.send("Network.enable", { maxTotalBufferSize: 0 });
    await stream.send("Profiler.enable");
    await stream.send("Profiler.start");
    await stream.send("Runtime.runIfWaitingForDebugger");
    await opening;
    await page.waitForFunction(() => window.netseam?.lastFrameAt > 0 && window.netseam.displayList().boxes.length > 0);
    result.firstPictureSeconds = (Date.now() - began) / 1000;
    await page.waitForFunction(() => window.netseam.channels().length > 0 && window.netseam.channels().every((c) => c.whole));
    result.wholeSeconds = (Date.now() - began) / 1000;
    result.received = { ...stream.seen, wire: between.wire.bytes };
    result.decode = spent((await stream.send("Profiler.stop")).profile);
    await stream.send("Network.disable");
    result.pan = await moving(page, cdp, () => pan(page));
    result.zoom = await moving(page, cdp, () => zoom(page));
    // Once more, with all that is near loaded.
    const again = await profiled(cdp, async () => {
      result.panLoaded = await moving(page, cdp, () => pan(page));
      result.zoomLoaded = await moving(page, cdp, () => zoom(page));
    });
    result.moving = spent(again.profile);
    if (flags.profile) writeFileSync(flags.profile, JSON.stringify(again.profile));
    if (flags.shot) await page.screenshot({ path: flags.shot });
    if (minutes > 0) await soak(page, cdp, stream, between.wire, result);
    result.errors = errors;
  } finally {
    await browser.close();
    between.close();
  }
  console.log(JSON.stringify(result, undefined, 2));
}

try {
  await main();
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}
