import type { Tick } from "../api/columns";
import { Kind, overview } from "./words";
import type { World } from "./world";

/** How far the map has come. What is shown may be old all the same: that is the banners' to say. */
export type Stage = "connecting" | "loading" | "no sources" | "nothing said" | "shown";

export function stageOf(world: World, tick: Tick | undefined): Stage {
  const district = world.districts.get(overview);
  if (tick === undefined && district === undefined) return "connecting";
  if (district?.whole !== true) return "loading";
  if (holdsAnything(world)) return "shown";
  return tick === undefined || tick.sources.length > 0 ? "nothing said" : "no sources";
}

/** A site or cluster alone is a name from the configuration. */
function holdsAnything(world: World): boolean {
  for (const { name, store } of world.districts.values()) {
    if (name !== overview && store.vertices.size > 0) return true;
  }
  const store = world.districts.get(overview)?.store;
  for (let row = 0; row < (store?.vertices.size ?? 0); row++) {
    const kind = store?.vertices.kind[row];
    if (kind !== Kind.region && (kind !== Kind.site || (store?.vertices.note(row) ?? "") !== ""))
      return true;
  }
  return false;
}
