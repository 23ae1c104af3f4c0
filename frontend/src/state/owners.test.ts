import { expect, test } from "vitest";
import type { RestVertex } from "../api/rest";
import { Model } from "../gallery/model";
import { worldOf } from "../gallery/worlds";
import { ownerOf, type Side, sidesAlong, sidesOf } from "./owners";
import { EdgeKind, Kind, VertexFlag } from "./words";

function vertex(
  labels: Readonly<Record<string, string>>,
  attrs: Readonly<Record<string, string>> = {},
): RestVertex {
  const pairs = (of: typeof labels) => Object.entries(of).map(([key, value]) => ({ key, value }));
  return {
    ...{ id: "v1", kind: "service", name: "web", layer: "service", path: [], health: "ok" },
    ...{ freshness: { state: "live" }, attrs: pairs(attrs), labels: pairs(labels) },
    ...{ aliases: [], scopes: [], children: {} },
  };
}

test("who owns something, and who said so", () => {
  expect(ownerOf(vertex({ owner: "shop-oncall", team: "shop" }))).toEqual({
    name: "shop-oncall (shop team)",
    saidBy: "label owner of service web",
  });
  expect(ownerOf(vertex({ team: "platform team" }))?.name).toBe("platform team");
  expect(ownerOf(vertex({ team: "shop" }))?.name).toBe("shop team");
  expect(ownerOf(vertex({}, { contact: "noc@example.net" }))).toEqual({
    name: "noc@example.net",
    saidBy: "contact of service web",
  });
  expect(ownerOf(vertex({ owner: " " }))).toBeUndefined();
  expect(ownerOf(vertex({ app: "web" }))).toBeUndefined();
});

test("what people wrote at a port is a hint", () => {
  const port = (description: string): string | undefined => {
    const { kind: _, ...rest } = vertex({}, { description });
    return ownerOf({ ...rest, kind: "port" })?.name;
  };
  expect(port("to rack 7; owner: storage on call; 25G")).toBe("storage on call");
  expect(port("Team=web")).toBe("web team");
  expect(port("uplink (contact: noc@example.net)")).toBe("noc@example.net");
  expect(port("coowner: nobody")).toBeUndefined();
  expect(port("owner: ")).toBeUndefined();
  expect(ownerOf(vertex({}, { description: "owner: x" }))).toBeUndefined();
  expect(
    ownerOf({ ...vertex({ owner: "y" }, { description: "owner: x" }), kind: "port" })?.name,
  ).toBe("y");
});

function seamed() {
  const model = new Model();
  const site = model.vertex(Kind.site, "east", 0);
  const cluster = model.vertex(Kind.cluster, "c", site.id);
  const leaf = model.vertex(Kind.device, "leaf", site.id);
  const far = model.vertex(Kind.device, "isp", site.id, { flags: VertexFlag.unmanaged });
  const [port, up, empty] = ["swp1", "swp2", "swp3"].map((name) =>
    model.vertex(Kind.port, name, leaf.id),
  );
  const there = model.vertex(Kind.port, "xe0", far.id);
  const node = model.vertex(Kind.node, "n1", cluster.id);
  const nic = model.vertex(Kind.nic, "eth0", node.id);
  const namespace = model.vertex(Kind.namespace, "shop", cluster.id);
  const service = model.vertex(Kind.service, "web", namespace.id);
  const attach = model.edge(EdgeKind.attach, nic.id, port?.id ?? 0);
  model.edge(EdgeKind.link, up?.id ?? 0, there.id);
  return {
    world: worldOf(model),
    cluster,
    leaf,
    port,
    up,
    empty,
    node,
    nic,
    namespace,
    service,
    attach,
  };
}

const shape = (sides: readonly Side[]) =>
  sides.map(({ title, holders }) => [title, ...holders.map(({ chain }) => chain)]);

test("each thing at the seam has the same two sides", () => {
  const { world, cluster, leaf, port, node, nic, attach } = seamed();
  const wanted = [
    ["network side", [port?.id, leaf.id]],
    ["platform side", [node.id, cluster.id]],
  ];
  for (const one of [port, node, nic]) expect(shape(sidesOf(world, one?.id ?? 0))).toEqual(wanted);
  const edge = world.edgeById(attach.id);
  expect(edge === undefined ? [] : shape(sidesAlong(world, edge))).toEqual(wanted);
});

test("a link has its two devices, and one that is not polled cannot say", () => {
  const { world, up } = seamed();
  const sides = sidesOf(world, up?.id ?? 0);
  expect(sides.map(({ title }) => title).sort()).toEqual(["isp", "leaf"]);
  const isp = sides.find(({ title }) => title === "isp");
  expect(isp?.holders[0]?.advice).toBe("it is not polled");
});

test("an empty port has one side; what stands in a cluster asks upwards", () => {
  const { world, empty, leaf, service, namespace, cluster } = seamed();
  expect(shape(sidesOf(world, empty?.id ?? 0))).toEqual([
    ["network side", [empty?.id, leaf.id]],
    ["platform side"],
  ]);
  expect(shape(sidesOf(world, service.id))).toEqual([
    ["looked after by", [service.id, namespace.id, cluster.id]],
  ]);
});
