import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { EdgeKind, Health, Kind, parseEdge, parseVertex, ScopeState, vertexText } from "./words";

function goConstants(file: string, prefix: string): Record<string, number> {
  const source = readFileSync(
    fileURLToPath(new URL(`../../../api/${file}`, import.meta.url)),
    "utf8",
  );
  const found: Record<string, number> = {};
  for (const [, name = "", value] of source.matchAll(
    new RegExp(`^\\s+${prefix}(\\w+)\\s+\\w+\\s+= (\\d+)`, "gm"),
  )) {
    found[name.toLowerCase()] = Number(value);
  }
  return found;
}

function lowered(words: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(words).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

test.each([
  ["kind.go", "Vertex", Kind],
  ["kind.go", "Edge", EdgeKind],
  ["kind.go", "Health", Health],
  ["observation.go", "State", ScopeState],
] as const)(
  "the words of api/%s that begin with %s have the server's numbers",
  (file, prefix, words) => {
    const wanted = goConstants(file, prefix);
    expect(Object.keys(wanted).length).toBeGreaterThan(3);
    expect(lowered(words)).toEqual(wanted);
  },
);

test("IDs are read as they are written, and nothing else is an ID", () => {
  expect(parseVertex(vertexText(42))).toBe(42);
  expect(parseEdge("e7")).toBe(7);
  for (const text of [
    "",
    "v",
    "v0",
    "v01",
    "v-1",
    "e7",
    "v1.5",
    "v9007199254740993",
    "v12 ",
    "x12",
  ]) {
    expect(parseVertex(text), text).toBe(0);
  }
});
