import type { Vertex } from "./graph";
import type { World } from "./world";

/** The members of a container that found no room on the map: what its "+n" cells stand for. */
export function hiddenIn(world: World, id: number): Vertex[] {
  return world
    .membersOf(id)
    .filter((member) => world.box(member) === undefined)
    .flatMap((member) => world.vertex(member) ?? [])
    .sort((p, q) => p.kind - q.kind || byName.compare(p.name, q.name));
}

const byName = new Intl.Collator("en", { numeric: true });
