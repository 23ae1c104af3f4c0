import { expect, test } from "vitest";
import type { RestSeam } from "../api/rest";
import { seamParts } from "./seam-text";

const seamText = (seam: RestSeam): string =>
  seamParts(seam)
    .map(({ text }) => text)
    .join("");

const one = (reason: string, count: number, why: string) => ({
  reason,
  count,
  example: { id: "v7", name: "w1", why },
});

test("all on a known port", () => {
  expect(seamText({ nodes: 40, known: 40, why: [] })).toBe(
    "40 of 40 nodes stand on a known switch port.",
  );
});

test("some are not, and why", () => {
  const why = [
    one("no switch reports it", 3, "no switch reports it"),
    one("its switch does not answer", 1, "its switch does not answer"),
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

test("what differs between nodes is told by one of them", () => {
  const why = [
    one("not heard; MAC … leads on (…)", 13, "not heard; MAC 02:00:00:00:00:01 leads on (2)"),
    one("not heard; no table has MAC …", 1, "not heard; no table has MAC 02:00:00:00:00:02"),
  ];
  const seam = { nodes: 14, known: 0, why };
  expect(seamText(seam)).toBe(
    "0 of 14 nodes stand on a known switch port. " +
      "13: not heard; MAC 02:00:00:00:00:01 leads on (2) (w1, and 12 more like it); " +
      "1: not heard; no table has MAC 02:00:00:00:00:02 (w1).",
  );
  expect(seamParts(seam).map(({ filter }) => filter)).toEqual([
    "",
    undefined,
    '"not heard" "MAC" "leads on ("',
    undefined,
    '"not heard" "no table has MAC"',
    undefined,
  ]);
});
