import { expect, test } from "vitest";
import type { RestSeam } from "../api/rest";
import { seamParts } from "./seam-text";

const seamText = (seam: RestSeam): string =>
  seamParts(seam)
    .map(({ text }) => text)
    .join("");

test("all on a known port", () => {
  expect(seamText({ nodes: 40, known: 40, why: [] })).toBe(
    "40 of 40 nodes stand on a known switch port.",
  );
});

test("some are not, and why", () => {
  const why = [
    { reason: "no switch reports it", count: 3 },
    { reason: "its switch does not answer", count: 1 },
  ];
  expect(seamText({ nodes: 40, known: 36, why })).toBe(
    "36 of 40 nodes stand on a known switch port. 3: no switch reports it; 1: its switch does not answer.",
  );
});

test("none are known, without a reason", () => {
  expect(seamText({ nodes: 2, known: 0, why: [] })).toBe(
    "0 of 2 nodes stand on a known switch port. 2 do not.",
  );
});

test("there are no nodes", () => {
  expect(seamText({ nodes: 0, known: 0, why: [] })).toBe("No nodes are known yet.");
});
