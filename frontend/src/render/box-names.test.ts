import { expect, test } from "vitest";
import { find } from "../gallery/scenes";
import { buildWorld, small } from "../gallery/small";
import { worldOf } from "../gallery/worlds";
import { Kind } from "../state/words";
import { boxName } from "./box-names";
import { Geometry } from "./geometry";

test("a host is called the same wherever it stands: without its domain and the name of its box", () => {
  const model = buildWorld(small);
  const leaf = find(model, Kind.device, "east-leaf1");
  leaf.name = "east-leaf1.east.example.net";
  const provider = find(model, Kind.device, "isp-pe7");
  const geometry = new Geometry(worldOf(model));
  expect(boxName(geometry, leaf.id)).toBe("leaf1");
  expect(boxName(geometry, find(model, Kind.device, "west-spine2").id)).toBe("spine2");
  expect(boxName(geometry, find(model, Kind.node, "prod-east-n2").id)).toBe("n2");
  expect(boxName(geometry, provider.id)).toBe("isp-pe7");
  expect(boxName(geometry, find(model, Kind.namespace, "kube-system").id)).toBe("kube-system");
});

test("two of one box keep so much of their names that they are told apart", () => {
  const model = buildWorld(small);
  const [a, b, c, d] = ["east-leaf1", "east-leaf2", "east-leaf3", "east-leaf4"].map((name) =>
    find(model, Kind.device, name),
  );
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error();
  b.name = "leaf1";
  c.name = "sw.one.example.net";
  d.name = "sw.two.example.net";
  const geometry = new Geometry(worldOf(model));
  expect([a, b, c, d].map(({ id }) => boxName(geometry, id))).toEqual([
    "east-leaf1",
    "leaf1",
    "sw.one.example.net",
    "sw.two.example.net",
  ]);
});
