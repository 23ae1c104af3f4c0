import { expect, test } from "vitest";
import { Model } from "../gallery/model";
import { worldOf } from "../gallery/worlds";
import { disputeAdvice, disputesAmong, disputesAt, hearerOf } from "./disputes";
import { EdgeFlag, EdgeKind, Kind } from "./words";

/** A NIC that two leaves hear, and another that one does. */
function contested() {
  const model = new Model();
  const site = model.vertex(Kind.site, "east", 0);
  const cluster = model.vertex(Kind.cluster, "c", site.id);
  const [l1, l2] = ["l1", "l2"].map((name) => model.vertex(Kind.device, name, site.id));
  const ports = [l1, l2].map((leaf) => model.vertex(Kind.port, "swp1", leaf?.id ?? 0));
  const quiet = model.vertex(Kind.port, "swp2", l1?.id ?? 0);
  const node = model.vertex(Kind.node, "n1", cluster.id);
  const nic = model.vertex(Kind.nic, "eth0", node.id);
  const other = model.vertex(Kind.nic, "eth1", node.id);
  const flags = EdgeFlag.reportedB | EdgeFlag.disputed;
  const edges = ports.map((port) => model.edge(EdgeKind.attach, nic.id, port.id, { flags }));
  model.edge(EdgeKind.attach, other.id, quiet.id, { flags: EdgeFlag.reportedB });
  return { world: worldOf(model), l1, ports, quiet, node, nic, edges };
}

test("a dispute is found from each thing that has a part in it, with both claims", () => {
  const { world, l1, ports, node, nic, edges } = contested();
  for (const at of [l1, ports[0], ports[1], node, nic]) {
    const found = disputesAt(world, at?.id ?? 0);
    expect(found.length, at?.name).toBe(1);
    expect(found[0]?.about).toBe(nic.id);
    expect(found[0]?.claims.map(({ id }) => id)).toEqual(edges.map(({ id }) => id));
  }
  const [dispute] = disputesAmong(world, world.edgesOf(ports[0]?.id ?? 0));
  if (dispute === undefined) throw new Error("the port's cable is disputed");
  expect(dispute.claims.map((edge) => hearerOf(dispute, edge))).toEqual(ports.map(({ id }) => id));
  expect(disputeAdvice(dispute).join(" ")).toContain("two machines have the same name or MAC");
});

test("what nobody contradicts is in no dispute", () => {
  const { world, quiet } = contested();
  expect(disputesAt(world, quiet.id)).toEqual([]);
});
