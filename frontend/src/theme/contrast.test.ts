import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const css = readFileSync(fileURLToPath(new URL("tokens.css", import.meta.url)), "utf8");

function tokens(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`));
  const body = block.slice(0, block.indexOf("}"));
  return Object.fromEntries(
    [...body.matchAll(/--(\w+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ["light", ":root"],
  ["dark", ':root[data-theme="dark"]'],
])("in the %s theme", (_name, selector) => {
  const colours = tokens(selector);
  const grounds = [colours.ground ?? "", colours.panel ?? ""];

  test.each(["ink", "muted", "degraded", "down", "stale", "unknown"])(
    "text in %s has a contrast of 4.5",
    (tone) => {
      for (const ground of grounds)
        expect(contrast(colours[tone] ?? "", ground)).toBeGreaterThanOrEqual(4.5);
    },
  );

  test.each(["place", "physical", "network", "node", "pod", "service", "outside"])(
    "a mark in %s has a contrast of 3",
    (tone) => {
      for (const ground of grounds)
        expect(contrast(colours[tone] ?? "", ground)).toBeGreaterThanOrEqual(3);
    },
  );
});
