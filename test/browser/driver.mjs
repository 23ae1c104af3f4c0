// A browser for Go tests: reads one JSON request a line on standard input and
// answers one a line on standard output. Requests are {id, op, …}:
//
//   open  {url, scheme}          loads a page
//   wait  {js, timeout}          waits until an expression over window.netseam
//                                is true in a frame; answers {at}: the time of
//                                the painted frame, Unix milliseconds
//   eval  {js}                   answers {value}
//   shot  {path}                 takes a screenshot
//   keys  {keys}                 presses keys, one after another
//   click {x, y} | {selector}    clicks
//   reload {}                    loads the page again, in the same profile
//   close {}
//
// The expression sees `n`, which is window.netseam. Errors of the page are kept
// and answered with "eval" of `errors`.
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { launchOptions } from "./chromium.mjs";

const errors = [];

// A page may ask about what leaves the graph at that moment. The answer is 404,
// and Chromium says so in the console whatever the page makes of it.
const isGone = (m) => / 404 /.test(m.text()) && /\/api\/v1\/(edges|vertices)\/[ve]\d+$/.test(m.location().url);
let browser;
let page;

const handlers = {
  async open({ url, scheme, width, height }) {
    browser ??= await chromium.launch(launchOptions);
    await page?.context().close();
    const context = await browser.newContext({
      viewport: { width: width ?? 1600, height: height ?? 900 },
      colorScheme: scheme ?? "dark",
    });
    page = await context.newPage();
    page.on("console", (m) => m.type() === "error" && !isGone(m) && errors.push(`${m.text()} ${m.location().url}`));
    page.on("pageerror", (e) => errors.push(String(e)));
    await page.goto(url);
    return {};
  },
  async wait({ js, timeout }) {
    // The expression is part of the evaluated text: the page's CSP forbids it
    // to make functions of strings.
    const at = await page.evaluate(`new Promise((resolve, reject) => {
      const end = performance.now() + ${timeout ?? 10000};
      let since; // when the page first knew it; it is on the screen with the next frame
      const look = () => {
        try {
          const n = window.netseam;
          if (n && (${js})) {
            since ??= Date.now();
            if (n.lastFrameAt >= since - 17) return resolve(Math.max(since, n.lastFrameAt));
            // No frame since: the last one shows it already, and nothing changed.
            if (Date.now() > since + 300 && n.paintedRevision() >= n.revision()) return resolve(since);
          } else since = undefined;
        } catch (error) {
          return reject(error);
        }
        if (performance.now() > end) return reject(new Error("not in time"));
        requestAnimationFrame(look);
      };
      look();
    })`);
    return { at };
  },
  async eval({ js }) {
    if (js === "errors") return { value: errors };
    return { value: await page.evaluate(`((n) => (${js}))(window.netseam)`) };
  },
  async shot({ path }) {
    await page.screenshot({ path });
    return {};
  },
  async keys({ keys }) {
    for (const key of keys) await page.keyboard.press(key);
    return {};
  },
  async click({ x, y, selector }) {
    if (selector) await page.click(selector);
    else await page.mouse.click(x, y);
    return {};
  },
  async reload() {
    await page.reload();
    return {};
  },
  async close() {
    await browser?.close();
    return {};
  },
};

const lines = createInterface({ input: process.stdin });
for await (const line of lines) {
  const request = JSON.parse(line);
  let answer;
  try {
    answer = await handlers[request.op](request);
  } catch (error) {
    answer = { error: String(error?.message ?? error) };
  }
  process.stdout.write(`${JSON.stringify({ id: request.id, ...answer })}\n`);
  if (request.op === "close") break;
}
await browser?.close();
