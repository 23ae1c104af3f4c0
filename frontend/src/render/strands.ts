import { isDisputed } from "../state/disputes";
import type { Edge } from "../state/graph";
import { EdgeKind, Kind, VertexFlag } from "../state/words";
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
  readonly #lags = new Map<number, number>();
  readonly #disputed = new Map<number, readonly Edge[]>();
  readonly #disputedEnds = new Map<number, ReadonlySet<number>>();

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

  /** Says whether cables are one LAG: between two LAGs, or several that one end has in one LAG. */
  isLag(edges: readonly Edge[]): boolean {
    const [first] = edges;
    if (first === undefined) return false;
    const ends = ["a", "b"] as const;
    if (edges.length === 1)
      return ends.every((end) => this.#geometry.kindOf(first[end]) === Kind.lag);
    return ends.some((end) => {
      const lag = this.#lagOf(first[end]);
      return lag !== 0 && edges.every((edge) => this.#lagOf(edge[end]) === lag);
    });
  }

  /** The cables among edges: a LAG is none besides its members. */
  cablesOf(edges: readonly Edge[]): readonly Edge[] {
    const isLag = (id: number): boolean => this.#geometry.kindOf(id) === Kind.lag;
    const cables = edges.filter(({ a, b }) => !isLag(a) && !isLag(b));
    return cables.length === 0 ? edges : cables;
  }

  /** Says whether a cable is one of several that work as one. */
  isMember({ a, b }: Edge): boolean {
    return this.#lagOf(a) !== 0 || this.#lagOf(b) !== 0;
  }

  /** Says whether the spanning tree lets nothing through any of the cables. */
  isBlocked(edges: readonly Edge[]): boolean {
    const isShut = (port: number): boolean =>
      (this.#scene.flagsOf(port) & VertexFlag.blocked) !== 0;
    return edges.length > 0 && edges.every(({ a, b }) => isShut(a) || isShut(b));
  }

  /** Says whether a port or NIC has a cable that another claim contradicts. */
  isDisputed(end: number): boolean {
    const kind = this.#geometry.kindOf(end) === Kind.nic ? Kind.cluster : Kind.site;
    const district = this.#geometry.holder(end, kind);
    const ends = remembered(
      this.#disputedEnds,
      district,
      () => new Set(this.disputedIn(district).flatMap(({ a, b }) => [a, b])),
    );
    return ends.has(end);
  }

  /** The cables of a site or cluster that other claims contradict. */
  disputedIn(district: number): readonly Edge[] {
    return remembered(this.#disputed, district, () => {
      const { links, attaches, crossing } = this.#scene.cablesIn(district);
      return [...links, ...attaches, ...crossing].filter(isDisputed);
    });
  }

  /** The LAG that a port is a member of, a LAG itself; 0 if there is none. */
  #lagOf(port: number): number {
    return remembered(this.#lags, port, () => {
      const isLag = (id: number): boolean => this.#geometry.kindOf(id) === Kind.lag;
      if (isLag(port)) return port;
      // Ports are members of segments, too.
      const member = this.#scene
        .edgesOf(port)
        .find(({ kind, a, b }) => kind === EdgeKind.member && a === port && isLag(b));
      return member?.b ?? 0;
    });
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
