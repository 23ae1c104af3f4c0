import fc from "fast-check";
import { expect, test } from "vitest";
import { readView, writeView } from "./url";
import { edgeModes, firstView, groupings, parts, tabs, themes, type View } from "./view";

const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const step = fc.record({ type: fc.constantFrom("vertex" as const, "edge" as const), id });
const view: fc.Arbitrary<View> = fc.record({
  selection: fc.option(step, { nil: undefined }),
  part: fc.option(fc.constantFrom(...parts), { nil: undefined }),
  path: fc.array(step, { maxLength: 8 }),
  edges: fc.constantFrom(...edgeModes),
  grouping: fc.option(fc.constantFrom(...groupings), { nil: undefined }),
  theme: fc.option(fc.constantFrom(...themes), { nil: undefined }),
  panel: fc.constantFrom("map" as const, "both" as const, "table" as const),
  tab: fc.constantFrom(...tabs),
  filter: fc.string(),
  sort: fc.constantFrom("", "Node", "-Node"),
  anchor: fc.option(
    fc.record({
      id,
      across: fc.integer({ min: -500, max: 500 }).map((n) => n / 100),
      down: fc.integer({ min: -500, max: 500 }).map((n) => n / 100),
      scale: fc.integer({ min: 1, max: 999 }).map((n) => n / 100),
    }),
    { nil: undefined },
  ),
});

test("a view is read from its URL as it was written", () => {
  fc.assert(
    fc.property(view, (one) => {
      expect(readView(writeView(one))).toEqual(one);
    }),
  );
});

test("whatever stands in a URL, a view comes of it", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { panel, tab, theme } = readView(
        `?theme=${text}&sel=${text}&at=${text}&path=${text}&edges=${text}&show=${text}&table=${text}`,
      );
      expect(tabs).toContain(tab);
      expect([undefined, ...themes]).toContain(theme);
      expect(["map", "both", "table"]).toContain(panel);
    }),
  );
});

test("the view at the beginning writes nothing", () => {
  expect(writeView(firstView)).toBe("");
});
