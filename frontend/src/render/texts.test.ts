import fc from "fast-check";
import { expect, test } from "vitest";
import { settle } from "./settle";
import { fitName, fitText, type Measure, rememberWidths } from "./texts";

const measure: Measure = (text) => [...text].length * 7;

test("a text that fits is whole; one that does not loses its middle", () => {
  expect(fitText("leaf1", "name", 100, measure)).toBe("leaf1");
  expect(fitText("web-7d9f8b6c5-x2x9z", "name", 70, measure)).toBe("web-…x2x9z");
});

test("too little room for a name gives none", () => {
  expect(fitText("web-7d9f8b6c5-x2x9z", "name", 28, measure)).toBeUndefined();
});

test("a shortened text fits, and keeps the beginning and the end", () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 1, maxLength: 60 }),
      fc.integer({ min: 0, max: 500 }),
      (text, width) => {
        const fitted = fitText(text, "name", width, measure);
        if (fitted === undefined) return;
        expect(measure(fitted, "name")).toBeLessThanOrEqual(width);
        if (fitted === text) return;
        const [head = "", tail = ""] = fitted.split(/…(?=[^…]*$)/);
        expect(text.startsWith(head)).toBe(true);
        expect(text.endsWith(tail)).toBe(true);
      },
    ),
  );
});

test("a name without room for its domain does without it; an address is not a name", () => {
  expect(fitName("node1.example.net", "name", 50, measure)).toBe("node1");
  expect(fitName("192.168.100.200", "name", 70, measure)).toBe("192.…0.200");
});

test("a width is measured once, and the memory of widths is bounded", () => {
  let asked = 0;
  const counting = rememberWidths((text) => {
    asked++;
    return text.length;
  }, 100);
  for (let i = 0; i < 5; i++) counting("same", "name");
  expect(asked).toBe(1);
  for (let i = 0; i < 1000; i++) counting(`text ${i}`, "name");
  counting("same", "name");
  expect(asked).toBe(1002);
});

test("of texts that would stand on each other the one that matters more stays", () => {
  const at = (text: string, x: number, rank: "must" | "title" | "word" | "count") =>
    ({
      id: 0,
      text,
      x,
      y: 10,
      font: "name",
      tone: "ink",
      align: "left",
      plate: false,
      pinned: false,
      dim: false,
      rank,
    }) as const;
  const kept = settle(
    [at("12", 0, "count"), at("owner", 5, "word"), at("leaf1", 0, "must"), at("far", 300, "count")],
    measure,
  );
  expect(kept.map(({ text }) => text)).toEqual(["leaf1", "far"]);
});
