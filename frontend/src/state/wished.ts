import { RestError } from "../api/rest";
import type { Selection } from "./view";
import { districtOf, isFurniture, Kind, ownerOf, parseVertex } from "./words";
import type { World } from "./world";

/** What a server says of where something is; a part of what its REST answers say. */
export type Whereabouts = {
  vertex(
    id: number,
  ): Promise<{ readonly path: readonly { readonly id: string; readonly kind: string }[] }>;
  edge(
    id: number,
  ): Promise<{ readonly a: { readonly id: string }; readonly b: { readonly id: string } }>;
};

/** Answers that are remembered: of the last things that were asked for. */
const most = 200;

/**
 * The channels that are wished for because of what is selected or lit, wherever
 * the map is. What no open channel names is asked of the server, once.
 */
export class Wished {
  readonly #where: Whereabouts;
  readonly #arrived: () => void;
  readonly #answers = new Map<string, readonly string[]>();

  constructor(where: Whereabouts, arrived: () => void) {
    this.#where = where;
    this.#arrived = arrived;
  }

  /** The channels known so far; when more are, `arrived` is called. */
  channels(world: World, wanted: readonly Selection[]): Set<string> {
    // The cable of a way stands where the hops beside it stand, also when it has been pulled.
    const isBetween = (i: number): boolean =>
      wanted[i]?.type === "edge" &&
      wanted[i - 1]?.type === "vertex" &&
      wanted[i + 1]?.type === "vertex";
    return new Set(wanted.flatMap((one, i) => (isBetween(i) ? [] : this.#channelsOf(world, one))));
  }

  #channelsOf(world: World, { type, id }: Selection): readonly string[] {
    // Furniture is no vertex: where it belongs to is asked for.
    if (isFurniture(id)) return this.#channelsOf(world, { type, id: ownerOf(id) });
    if (type === "edge") {
      const edge = world.edgeById(id);
      if (edge !== undefined) return [edge.a, edge.b].flatMap((end) => channelOf(world, end));
    } else if (world.kindOf(id) !== 0) return channelOf(world, id);
    const key = `${type} ${id}`;
    const held = this.#answers.get(key);
    if (held !== undefined) return held;
    if (this.#answers.size >= most) this.#answers.clear();
    this.#answers.set(key, []);
    void this.#ask(key, type === "edge" ? this.#ofEdge(id) : this.#ofVertex(id));
    return [];
  }

  async #ask(key: string, asked: Promise<readonly string[]>): Promise<void> {
    try {
      this.#answers.set(key, await asked);
      this.#arrived();
    } catch (cause) {
      // The drawer asks the same and says why there is no answer; here nothing is opened for it.
      // IDs are never used again, so what is gone need not be asked for twice.
      if (!(cause instanceof RestError && cause.status === 404)) this.#answers.delete(key);
    }
  }

  async #ofVertex(id: number): Promise<readonly string[]> {
    const { path } = await this.#where.vertex(id);
    const holder = [...path].reverse().find(({ kind }) => kind === "site" || kind === "cluster");
    if (holder === undefined) return [];
    const kind = holder.kind === "site" ? Kind.site : Kind.cluster;
    const channel = districtOf(parseVertex(holder.id), kind);
    return channel === undefined ? [] : [channel];
  }

  async #ofEdge(id: number): Promise<readonly string[]> {
    const { a, b } = await this.#where.edge(id);
    const both = [a, b].map((end) => this.#ofVertex(parseVertex(end.id)));
    return (await Promise.all(both)).flat();
  }
}

/** The channel of the nearest site or cluster that holds a vertex, as far as the world knows. */
function channelOf(world: World, id: number): string[] {
  for (let at = id, depth = 0; at !== 0 && depth < 16; depth++) {
    const channel = districtOf(at, world.kindOf(at));
    if (channel !== undefined) return [channel];
    at = world.vertex(at)?.parent ?? 0;
  }
  return [];
}
