import { expect, test } from "vitest";
import { factsOf } from "./facts";
import { Kind } from "./words";

function facts(kind: number, attrs: readonly (readonly [string, string])[]) {
  const list = factsOf(
    kind,
    attrs.map(([key, value]) => ({ key, value })),
  );
  return Object.fromEntries((list ?? []).map(({ name, values }) => [name, values.join(" | ")]));
}

test("a port in the words of those who look after it", () => {
  expect(
    facts(Kind.port, [
      ["admin", "up"],
      ["duplex", "full"],
      ["mtu", "9214"],
      ["oper", "up"],
      ["pvid", "10"],
      ["speed", "25000000000"],
      ["stp", "blocking"],
      ["untagged", "10"],
      ["utilisation_in", "12.5"],
      ["vlans", "10,20,30-39"],
    ]),
  ).toEqual({
    link: "up",
    speed: "25 Gbit/s, full duplex",
    MTU: "9214 bytes",
    VLANs: "untagged 10; tagged 20, 30-39",
    "spanning tree": "blocking: no traffic passes, to avoid a loop",
    "utilisation in": "12.5 %",
  });
});

test("what is not told is not said to be nothing", () => {
  expect(facts(Kind.port, [["pvid", "10"]])).toEqual({
    VLANs: "untagged 10; which are tagged is not told",
  });
  expect(facts(Kind.port, [["oper", "up"]])).toEqual({ link: "up" });
  expect(facts(Kind.lag, [])).toEqual({});
});

test.each([
  [{ admin: "down", oper: "down", reason: "link down" }, "switched off"],
  [{ admin: "up", oper: "down", reason: "link down" }, "down, though switched on"],
  [{ admin: "up", oper: "lowerLayerDown" }, "lowerLayerDown"],
  [
    { admin: "up", oper: "down", reason: "err-disabled" },
    "down, though switched on (err-disabled)",
  ],
])("a link that is %j", (attrs, words) => {
  expect(facts(Kind.port, Object.entries(attrs)).link).toBe(words);
});

test("a device's interfaces, with VRF where it is not the default one", () => {
  expect(
    facts(Kind.device, [
      ["prefix", "10.0.0.1/24 - Vlan10"],
      ["prefix", "10.1.0.1/24 red"],
      ["serial", "S1"],
      ["serial", "S2"],
    ]),
  ).toEqual({
    "addresses on interfaces": "10.0.0.1/24 on Vlan10 | 10.1.0.1/24, VRF red",
    "serial number": "S1 | S2",
  });
});

test("kinds without such words show their attributes as they are", () => {
  expect(factsOf(Kind.namespace, [])).toBeUndefined();
});
