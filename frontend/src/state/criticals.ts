import { statuses } from "./freshness";
import { Kind, VertexFlag } from "./words";
import type { World } from "./world";

const down = statuses.indexOf("down");

/** The devices and nodes that are down, in the channels that are held. */
export function criticalsOf({ districts }: World): number[] {
  const found: number[] = [];
  for (const { store } of districts.values()) {
    const { vertices } = store;
    for (let row = 0; row < vertices.size; row++) {
      if (vertices.status[row] !== down) continue;
      const kind = vertices.kind[row];
      const isStub = ((vertices.flags[row] ?? 0) & VertexFlag.stub) !== 0;
      if (!isStub && (kind === Kind.device || kind === Kind.node))
        found.push(vertices.ids[row] ?? 0);
    }
  }
  return found;
}
