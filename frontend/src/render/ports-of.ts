import { hostPart } from "../state/names";
import { EdgeKind, Kind, VertexFlag } from "../state/words";
import type { Scene } from "./scene";

/** "leaf3 Ethernet1/7": the switch ports that a node hangs on; of one whose port is not known, that it is not. */
export function portsOf(scene: Scene, node: number): string {
  const ports = scene
    .childrenOf(node)
    .filter((id) => scene.kindOf(id) === Kind.nic)
    .flatMap((nic) => scene.edgesOf(nic))
    .flatMap(({ kind, b }) => (kind === EdgeKind.attach ? [portText(scene, b)] : []));
  if (ports.length > 0) return `⇄ ${[...new Set(ports)].join(", ")}`;
  const note = scene.vertex(node)?.note ?? "";
  return /port unknown/.test(note) ? "port unknown" : "";
}

function portText(scene: Scene, id: number): string {
  const port = scene.vertex(id);
  if (port === undefined) return "a port";
  // From a channel that only names it, it comes with its holder: "leaf1 · swp1".
  const [host = "", ...rest] =
    (port.flags & VertexFlag.stub) === 0
      ? [scene.vertex(port.parent)?.name ?? "", port.name]
      : port.name.split(" · ");
  return [hostPart(host), ...rest].join(" ");
}
