import { expect, test } from "vitest";
import { buildWorld, small } from "../gallery/small";
import { worldOf } from "../gallery/worlds";
import { filterRows, sortRows, tableOf } from "./tables";
import { tabs } from "./view";

const world = worldOf(buildWorld(small));

test("every table has as many cells in each row as columns", () => {
  for (const tab of tabs) {
    const { columns, rows } = tableOf(world, tab);
    expect(rows.length, tab).toBeGreaterThan(0);
    for (const { cells } of rows) expect(cells.length, tab).toBe(columns.length);
  }
});

test("a node's row names its cluster, its NIC and the switch port that it is on", () => {
  const { rows } = tableOf(world, "nodes");
  const row = rows.find(({ cells }) => cells[0] === "prod-east-n1");
  expect(row?.cells.slice(0, 5)).toEqual([
    "prod-east-n1",
    "prod-east",
    "ens1",
    "east-leaf1 swp1",
    "10",
  ]);
});

test("a cable's row names both ends by device and port, the network's first", () => {
  const { rows } = tableOf(world, "links");
  const ends = rows.map(({ cells }) => `${cells[1]} ⇄ ${cells[2]}`);
  expect(ends).toContain("east-leaf1 swp1 ⇄ prod-east-n1 ens1");
  expect(ends).toContain("east-spine1 swp1 ⇄ east-leaf1 swp25");
});

test("a filter keeps the rows in which every word occurs", () => {
  const { rows } = tableOf(world, "nodes");
  const kept = filterRows(rows, "PROD-west n1");
  expect(kept.length).toBeGreaterThan(1);
  for (const { cells } of kept) expect(cells.join(" ")).toMatch(/prod-west.*/);
  expect(filterRows(rows, "nothing is called this")).toEqual([]);
});

test("rows sort as people count, up and down", () => {
  const table = tableOf(world, "nodes");
  const names = (sort: string): string[] =>
    sortRows(table, table.rows, sort).map(({ cells }) => cells[0] ?? "");
  const up = names("Node");
  expect(up.indexOf("prod-east-n2")).toBeLessThan(up.indexOf("prod-east-n10"));
  expect(names("-Node")).toEqual([...up].reverse());
});
