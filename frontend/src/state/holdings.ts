import type { District } from "./district";
import type { Homes } from "./homes";
import { addRollup, emptyRollup, type Rollup, readRollup } from "./rollup";
import { districtOf, Kind, overview } from "./words";

/** What Holdings asks of the world. */
type Containment = { kindOf(id: number): number; membersOf(id: number): number[] };

/** How much containers hold and how that is, across districts: held or as the server counted them. */
export class Holdings {
  readonly #world: Containment;
  readonly #districts: ReadonlyMap<string, District>;
  readonly #homes: Homes;
  /** Of the present version only. */
  readonly #sums = new Map<number, Rollup>();

  constructor(world: Containment, districts: ReadonlyMap<string, District>, homes: Homes) {
    this.#world = world;
    this.#districts = districts;
    this.#homes = homes;
  }

  forget(): void {
    this.#sums.clear();
  }

  of(id: number): Rollup {
    const held = this.#sums.get(id);
    if (held !== undefined) return held;
    const sum = emptyRollup();
    const kind = this.#world.kindOf(id);
    const own = this.#ownOf(id, kind);
    if (own !== undefined) addRollup(sum, own);
    if (kind === Kind.site || kind === Kind.region) {
      for (const member of this.#world.membersOf(id)) {
        const inner = this.#world.kindOf(member);
        if (inner === Kind.site) addRollup(sum, this.of(member));
        if (inner === Kind.cluster) addRollup(sum, this.#inSite(member, kind));
      }
    }
    this.#sums.set(id, sum);
    return sum;
  }

  /** A cluster's cables end in its site too, and are counted there. */
  #inSite(cluster: number, holder: number): Rollup {
    const rollup = this.of(cluster);
    return holder === Kind.site ? { ...rollup, cables: emptyRollup().cables } : rollup;
  }

  /** Without other districts. */
  #ownOf(id: number, kind: number): Rollup | undefined {
    const channel = districtOf(id, kind);
    if (channel === undefined) return this.#homes.of(id)?.rollup(id);
    const district = this.#districts.get(channel);
    if (district?.whole === true) return district.rollup(id);
    const said = this.#districts.get(overview)?.store.rollups.get(id);
    return said === undefined ? undefined : readRollup(said);
  }
}
