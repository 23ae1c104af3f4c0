import { Kind, Role, VertexFlag } from "../state/words";
import type { Geometry } from "./geometry";

/** Who answers for both sides of a seam; "" where nobody says. */
export type Owners = {
  readonly network: string;
  readonly cluster: string;
  /** Of a side, or of a part of it, no owner is known. */
  readonly open: boolean;
};

/** More names than this are only counted. */
const mostNamed = 2;

/** The owners at the seam of a cluster, or of its part at another site. */
export function ownersAt(geometry: Geometry, seat: number): Owners {
  const held = geometry.owners.get(seat);
  if (held !== undefined) return held;
  const owners = findOwners(geometry, seat);
  geometry.owners.set(seat, owners);
  return owners;
}

function findOwners(geometry: Geometry, seat: number): Owners {
  const { scene, strands } = geometry;
  const piece = scene.furniture(seat);
  const id = piece?.role === Role.part ? piece.of : seat;
  const cluster = scene.vertex(id)?.owner ?? "";
  const devices = strands.of(id).flatMap((one) => (one.seat === seat ? [one.device] : []));
  const site = geometry.holder(geometry.frame(seat), Kind.site);
  const network = named(geometry, devices.length > 0 ? devices : devicesOf(geometry, site));
  return { network: network.text, cluster, open: cluster === "" || !network.whole };
}

/** Who answers for a site's network; "" where nobody says. */
export function networkOwner(geometry: Geometry, site: number): string {
  const held = geometry.owners.get(site);
  const network = held?.network ?? named(geometry, devicesOf(geometry, site)).text;
  if (held === undefined) geometry.owners.set(site, { network, cluster: "", open: network === "" });
  return network;
}

/** The devices of a site that are asked themselves. */
function devicesOf({ scene }: Geometry, site: number): number[] {
  return scene.childrenOf(site).filter((id) => {
    const vertex = scene.kindOf(id) === Kind.device ? scene.vertex(id) : undefined;
    return vertex !== undefined && (vertex.flags & VertexFlag.unmanaged) === 0;
  });
}

/** "network team", "network team and carrier"; whole when each has an owner. */
function named(
  { scene }: Geometry,
  devices: readonly number[],
): { readonly text: string; readonly whole: boolean } {
  const all = devices.map((id) => scene.vertex(id)?.owner ?? "");
  const names = [...new Set(all)].filter((name) => name !== "").sort();
  const text = names.length > mostNamed ? `${names.length} owners` : names.join(" and ");
  return { text, whole: all.length > 0 && !all.includes("") };
}
