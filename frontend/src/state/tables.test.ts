import { expect, test } from "vitest";
import { buildWorld, small } from "../gallery/small";
import { worldOf } from "../gallery/worlds";
import { filterFor, filterRows } from "./filter";
import { problemsIn } from "./problems";
import { sortRows, tableOf } from "./tables";
import { tabs } from "./view";
import { Health, Kind } from "./words";

const world = worldOf(buildWorld(small));

/** The same with something wrong in it. */
const sick = (() => {
  const model = buildWorld(small);
  for (const vertex of model.vertices.values()) {
    if (vertex.kind === Kind.pod && vertex.id % 7 === 0) vertex.health = Health.degraded;
    if (vertex.kind === Kind.node && vertex.id % 5 === 0) vertex.health = Health.down;
    if (vertex.kind === Kind.device && vertex.flags === 0 && vertex.id % 4 === 0)
      vertex.health = Health.down;
  }
  return worldOf(model);
})();

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
  const kept = filterRows(world, rows, "PROD-west n1");
  expect(kept.length).toBeGreaterThan(1);
  for (const { cells } of kept) expect(cells.join(" ")).toMatch(/prod-west.*/);
  expect(filterRows(world, rows, "nothing is called this")).toEqual([]);
});

test("rows sort as people count, up and down", () => {
  const table = tableOf(world, "nodes");
  const names = (sort: string): string[] =>
    sortRows(table, table.rows, sort).map(({ cells }) => cells[0] ?? "");
  const up = names("Node");
  expect(up.indexOf("prod-east-n2")).toBeLessThan(up.indexOf("prod-east-n10"));
  expect(names("-Node")).toEqual([...up].reverse());
});

test("states sort from the worst, and a table can be asked for one of them", () => {
  const table = tableOf(sick, "pods");
  const sorted = sortRows(table, table.rows, "State").map(({ status }) => status);
  expect(new Set(sorted).size).toBeGreaterThan(1);
  expect(sorted.indexOf("ok")).toBeGreaterThan(sorted.lastIndexOf("degraded"));
  expect(sortRows(table, table.rows, "-State").map(({ status }) => status)).toEqual(
    sorted.reverse(),
  );
});

test("what a count says is what the filter behind it shows", () => {
  const tabOf = new Map([
    [Kind.device, "devices"],
    [Kind.node, "nodes"],
    [Kind.pod, "pods"],
  ] as const);
  let counts = 0;
  sick.eachVertex("all", (id, kind) => {
    if (kind !== Kind.site && kind !== Kind.cluster && kind !== Kind.namespace) return;
    for (const { kind: of, status, count } of problemsIn(sick, id)) {
      const tab = tabOf.get(of as 10 | 31 | 42) ?? "pods";
      const { rows } = tableOf(sick, tab);
      const name = sick.vertex(id)?.name ?? "";
      const shown = filterRows(sick, rows, filterFor(name, status));
      // Namespaces of several clusters have one name: the filter shows them all.
      if (kind === Kind.namespace) expect(shown.length).toBeGreaterThanOrEqual(count);
      else expect(shown.length, `${name} ${tab} ${status}`).toBe(count);
      counts++;
    }
  });
  expect(counts).toBeGreaterThan(3);
});

test("a name with spaces is asked for in quotes", () => {
  expect(filterFor("row 1", "down")).toBe('in:"row 1" is:down');
  const { rows } = tableOf(world, "nodes");
  expect(filterRows(world, rows, 'in:"row 1"')).toEqual([]);
  expect(filterRows(world, rows, 'in:"prod-east"').length).toBeGreaterThan(0);
  expect(filterRows(world, rows, "in:prod")).toEqual([]);
});

test("a node whose port is in doubt is not simply ok", () => {
  const model = buildWorld(small);
  const notes = new Map([
    ["prod-east-n1", "port disputed: several switch ports hear it"],
    ["prod-east-n2", "port unknown: no switch reports it"],
    ["prod-east-n3", "port known"],
  ]);
  for (const vertex of model.vertices.values()) vertex.note = notes.get(vertex.name) ?? vertex.note;
  const { rows } = tableOf(worldOf(model), "nodes");
  const said = [...notes.keys()].map((name) => {
    const row = rows.find(({ cells }) => cells[0] === name);
    return [row?.sign, row?.cells.at(-1)];
  });
  expect(said).toEqual([
    ["disputed", "port disputed"],
    ["unknown", "port unknown"],
    ["ok", "ok"],
  ]);
});

test("sites are listed from the worst, with what is wrong in them", () => {
  const table = tableOf(sick, "sites");
  const rows = sortRows(table, table.rows, "");
  expect(rows[0]?.severity).toBeGreaterThan(rows.at(-1)?.severity ?? 0);
  expect(rows[0]?.cells.at(-1)).toMatch(/nodes? down/);
  expect(rows[0]?.sign).toBe("down");
});
