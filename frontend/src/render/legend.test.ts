import { expect, test } from "vitest";
import { draw } from "../../test/scenes";
import { scenes } from "../gallery/scenes";
import { emptyList } from "./items";
import { legendOf } from "./legend";

function samplesOf(name: string): readonly string[] {
  const scene = scenes.find((one) => one.name === name);
  if (scene === undefined) throw new Error(`no scene ${name}`);
  return legendOf(draw(scene).list).map(({ sample }) => sample);
}

test("of nothing there is nothing to say", () => {
  expect(legendOf(emptyList)).toEqual([]);
});

test("the legend says what is to be seen, and only that; but all states, since one looks for them", () => {
  const all = samplesOf("all");
  for (const sample of ["layer-physical", "layer-node", "bundle", "seam", "status-stale", "pulse"])
    expect(all).toContain(sample);
  for (const sample of ["status-disputed", "selected", "way", "endpoint"])
    expect(all).not.toContain(sample);
});

test("a dispute is named when one is drawn", () => {
  const trouble = samplesOf("trouble-near");
  expect(trouble).toContain("status-disputed");
});

test("a selection brings its own signs", () => {
  expect(samplesOf("service-selected")).toContain("endpoint");
  expect(samplesOf("node-selected")).toContain("selected");
  expect(samplesOf("cable-selected")).toEqual(expect.arrayContaining(["cable", "end-filled"]));
  expect(samplesOf("way")).toContain("way");
});

test("nothing is said twice", () => {
  for (const { name } of scenes) {
    const samples = samplesOf(name);
    expect(new Set(samples).size, name).toBe(samples.length);
  }
});
