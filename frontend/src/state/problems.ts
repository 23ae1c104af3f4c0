import { type Status, statuses } from "./freshness";
import { Kind, VertexFlag } from "./words";
import type { World } from "./world";

/** How many things of one kind inside of a vertex are in one state that is not well. */
export type ProblemCount = {
  readonly kind: number;
  readonly status: Status;
  readonly count: number;
};

/** What a roll-up counts. */
const counted: readonly number[] = [Kind.device, Kind.node, Kind.pod];

/** What is not well inside of a vertex, by kind, the worst first. */
export function problemsIn(world: World, within: number): ProblemCount[] {
  const counts = new Map<string, { kind: number; status: Status; count: number }>();
  world.eachVertex(counted, (id, kind, { store: { vertices } }, row) => {
    const status = statuses[vertices.status[row] ?? 0] ?? "ok";
    if (status === "ok" || !standsIn(world, id, within)) return;
    if (((vertices.flags[row] ?? 0) & VertexFlag.unmanaged) !== 0) return;
    const key = `${kind} ${status}`;
    const held = counts.get(key);
    if (held === undefined) counts.set(key, { kind, status, count: 1 });
    else held.count++;
  });
  return [...counts.values()].sort(
    (p, q) => statuses.indexOf(q.status) - statuses.indexOf(p.status) || p.kind - q.kind,
  );
}

function standsIn(world: World, id: number, within: number): boolean {
  const controllers = [world.vertex(id)?.controller ?? 0, id];
  return controllers.some((from) => {
    let at = from;
    for (let depth = 0; at !== 0 && depth < 16; depth++) {
      if (at === within) return true;
      at = world.vertex(at)?.parent ?? 0;
    }
    return false;
  });
}
