import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { ladder, methodOf } from "./methods";

// Figures and methods are the server's: they are read from its source, so that
// the page cannot say others.

function source(path: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8");
}

function goFiles(folder: string): readonly string[] {
  return readdirSync(fileURLToPath(new URL(`../../../${folder}`, import.meta.url)))
    .filter((name) => name.endsWith(".go") && !name.endsWith("_test.go"))
    .map((name) => `${folder}/${name}`);
}

/** What each constant of a confidence is, in lower case. */
const figures = new Map(
  [...goFiles("server/stitch"), ...goFiles("server/merge")].flatMap((path) =>
    [...source(path).matchAll(/^\s*(?:const )?(confidence[a-z]+)\s*=\s*(\d+)/gim)].map(
      ([, name = "", figure]) => [name.toLowerCase(), Number(figure)] as const,
    ),
  ),
);

test("every figure of the server stands on the ladder with its own value, and no other", () => {
  const steps = ladder.flatMap(({ percent, constants }) =>
    constants.map((name) => [name, percent] as const),
  );
  expect(figures.size).toBeGreaterThan(8);
  expect(Object.fromEntries(steps)).toEqual(Object.fromEntries(figures));
});

test("the ladder goes down", () => {
  const percents = ladder.map(({ percent }) => percent);
  expect(percents).toEqual([...new Set(percents)].sort((p, q) => q - p));
});

test("every method of the server has words", () => {
  const methods = [
    ...source("api/graph.go").matchAll(/^\s+Method\w+\s+Method = "([a-z-]+)"/gm),
  ].map(([, name = ""]) => name);
  expect(methods.length).toBeGreaterThan(8);
  for (const name of methods) expect(methodOf(name).means, name).not.toBe("");
});
