import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildPage } from "./chromium";

// The page as it is built, against the content security policy that it is
// served with: default-src 'self', nothing inline.

let folder = "";
const files = new Map<string, string>();

beforeAll(async () => {
  folder = await buildPage();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !path.endsWith(".woff2"))
      files.set(path.slice(folder.length + 1), readFileSync(path, "utf8"));
  }
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function page(): string {
  return files.get("index.html") ?? "";
}

test("no script or style is inline", () => {
  for (const [tag] of page().matchAll(/<script\b[^>]*>/g)) expect(tag).toMatch(/\ssrc="\//);
  expect(page()).toMatch(/<script\b/);
  expect(page()).not.toMatch(/<style\b|\sstyle=|\son\w+=/);
});

test("no markup in the code has a style attribute or a handler in it", () => {
  for (const [name, text] of files) {
    if (!name.endsWith(".js")) continue;
    expect(text, name).not.toMatch(/<[a-z][^<>`]*\sstyle=["']/);
    expect(text, name).not.toMatch(/<[a-z][^<>`]*\son(?:click|load|error)=["']/);
  }
});

test("nothing is evaluated from text", () => {
  for (const [name, text] of files) {
    if (name.endsWith(".js")) expect(text, name).not.toMatch(/\beval\(|new Function\(/);
  }
});

test("fonts, worker and icon are files of the page itself", () => {
  const names = readdirSync(join(folder, "assets"));
  expect(names.filter((name) => name.endsWith(".woff2")).length).toBeGreaterThanOrEqual(4);
  expect(names.filter((name) => /worker.*\.js$/.test(name))).toHaveLength(1);
  for (const [name, text] of files) {
    expect(text, name).not.toMatch(/(?:src|href)="(?:data:|https?:\/\/)/);
    expect(text, name).not.toMatch(/url\((?:["']?)(?:data:|https?:)/);
    expect(text, name).not.toMatch(/new Worker\((?:["'`]data:|URL\.createObjectURL)/);
  }
});

test("the placeholder of a fresh clone survives a build", () => {
  expect(readdirSync(folder)).toContain(".gitkeep");
});
