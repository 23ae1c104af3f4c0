import type { Hit } from "../render/pick";
import { edgeText } from "../state/names";
import { kindName } from "../state/words";
import type { World } from "../state/world";

/** What the pointer is over, in one line; "" for nothing. */
export function tipText(world: World, hit: Hit | undefined): string {
  if (hit === undefined) return "";
  if (hit.type === "line") {
    const { edges, status } = hit.line;
    const first = world.edgeById(edges[0] ?? 0);
    const names = first === undefined ? "" : edgeText(world, first);
    return edges.length === 1
      ? `${names} · ${status}`
      : `${edges.length} cables, one of them ${names}`;
  }
  const vertex = world.vertex(hit.id);
  if (vertex === undefined) return "";
  const note = vertex.note === "" ? "" : ` · ${vertex.note}`;
  return `${kindName(vertex.kind)} ${vertex.name} · ${vertex.status}${note}`;
}
