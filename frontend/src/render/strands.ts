import type { Edge } from "../state/graph";
import { Kind } from "../state/words";
import type { Geometry } from "./geometry";
import type { Scene } from "./scene";

/** The cables between one device and what stands at one seam. */
export type Strand = {
  readonly device: number;
  /** Whose seam they end at. */
  readonly seat: number;
  readonly edges: Edge[];
};

/** The cables between two devices. */
export type Pair = { readonly a: number; readonly b: number; readonly edges: Edge[] };

/** Who is cabled with whom: the same from wherever it is looked at, so it is worked out once a scene. */
export class Strands {
  readonly #scene: Scene;
  readonly #geometry: Geometry;
  readonly #strands = new Map<number, readonly Strand[]>();
  readonly #pairs = new Map<number, readonly Pair[]>();
  readonly #crossing = new Map<number, readonly Pair[]>();

  constructor(scene: Scene, geometry: Geometry) {
    this.#scene = scene;
    this.#geometry = geometry;
  }

  /** The cables to a cluster's nodes, by device. */
  of(cluster: number): readonly Strand[] {
    return remembered(this.#strands, cluster, () => {
      const byEnds = new Map<string, Strand>();
      for (const edge of this.#scene.cablesIn(cluster).attaches) {
        const device = this.#geometry.holder(edge.b, Kind.device);
        const seat = device === 0 ? 0 : this.#geometry.seat(edge.a, cluster);
        if (seat === 0) continue;
        const key = `${device} ${seat}`;
        const held = byEnds.get(key);
        if (held === undefined) byEnds.set(key, { device, seat, edges: [edge] });
        else held.edges.push(edge);
      }
      return [...byEnds.values()];
    });
  }

  /** The cables of a site's inside, by the devices at their ends. */
  pairs(site: number): readonly Pair[] {
    return remembered(this.#pairs, site, () => this.#paired(this.#scene.cablesIn(site).links));
  }

  /** Those of them that leave the site. */
  crossing(site: number): readonly Pair[] {
    return remembered(this.#crossing, site, () =>
      this.#paired(this.#scene.cablesIn(site).crossing),
    );
  }

  #paired(links: readonly Edge[]): readonly Pair[] {
    const byEnds = new Map<string, Pair>();
    for (const edge of links) {
      const a = this.#geometry.holder(edge.a, Kind.device) || edge.a;
      const b = this.#geometry.holder(edge.b, Kind.device) || edge.b;
      const held = byEnds.get(`${a} ${b}`);
      if (held === undefined) byEnds.set(`${a} ${b}`, { a, b, edges: [edge] });
      else held.edges.push(edge);
    }
    return [...byEnds.values()];
  }
}

function remembered<T>(held: Map<number, T>, key: number, compute: () => T): T {
  const known = held.get(key);
  if (known !== undefined) return known;
  const value = compute();
  held.set(key, value);
  return value;
}
