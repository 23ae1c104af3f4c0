import { expect, test } from "vitest";
import { rowNames } from "./row-names";

const measure = (text: string): number => [...text].length * 10;
const row = (names: readonly string[], width: number) =>
  rowNames(
    names.map((name) => ({ name, width })),
    "name",
    measure,
  );

test("names that have room are whole", () => {
  expect(row(["leaf1", "leaf2"], 50)).toEqual(["leaf1", "leaf2"]);
});

test("without room for domains they go from all", () => {
  expect(row(["n1.example.net", "n2"], 50)).toEqual(["n1", "n2"]);
});

test("what the names of a row have in common goes before what tells them apart", () => {
  expect(row(["prod-east-w01", "prod-east-cp1"], 60)).toEqual(["…w01", "…cp1"]);
  expect(row(["Ethernet1/1", "Ethernet1/49"], 40)).toEqual(["…1", "…49"]);
  expect(row(["swp1", "swp2"], 30)).toEqual(["…1", "…2"]);
});

test("a name that has nothing in common with the others stays as it is, or the row has none", () => {
  expect(row(["Ethernet1/1", "Ethernet1/2", "mgmt0"], 50)).toEqual(["Eth…1", "Eth…2", "mgmt0"]);
  expect(row(["Ethernet1/1", "Ethernet1/2", "mgmt0"], 40)).toBeUndefined();
});

test("as much of the common beginning stays as there is room for", () => {
  expect(row(["prod-east-w01", "prod-east-cp1"], 80)).toEqual(["prod…w01", "prod…cp1"]);
});

test("two names never become one", () => {
  expect(row(["a-x-1", "b-x-1", "a-x-2", "b-x-2"], 40)).toBeUndefined();
});

test("last, names are shortened in the middle", () => {
  expect(row(["monitoring", "kube-system"], 70)).toEqual(["mon…ing", "kub…tem"]);
});
