import { EdgeFlag, Health, Kind, ScopeState } from "../state/words";

/** A made-up world as plain rows: what a server would hold. For the gallery, the fake server and tests. */

export type ModelVertex = {
  id: number;
  kind: number;
  name: string;
  parent: number;
  controller: number;
  health: number;
  flags: number;
  slot: number;
  note: string;
  owner: string;
  scopes: number[];
};

export type ModelEdge = {
  id: number;
  kind: number;
  a: number;
  b: number;
  health: number;
  confidence: number;
  flags: number;
  scopes: number[];
};

export type ModelScope = {
  id: number;
  state: number;
  sinceMs: number;
  source: string;
  table: string;
  message: string;
};

export class Model {
  readonly vertices = new Map<number, ModelVertex>();
  readonly edges = new Map<number, ModelEdge>();
  readonly scopes = new Map<number, ModelScope>();
  /** The channel that a vertex belongs to. */
  readonly home = new Map<number, string>();
  readonly #children = new Map<number, ModelVertex[]>();
  #nextId = 0;

  vertex(kind: number, name: string, parent: number, more: Partial<ModelVertex> = {}): ModelVertex {
    this.#nextId++;
    const vertex: ModelVertex = {
      id: this.#nextId,
      kind,
      name,
      parent,
      controller: 0,
      health: Health.ok,
      flags: 0,
      slot: 0,
      note: "",
      owner: "",
      scopes: [],
      ...more,
    };
    this.vertices.set(vertex.id, vertex);
    const siblings = this.#children.get(parent);
    if (siblings === undefined) this.#children.set(parent, [vertex]);
    else siblings.push(vertex);
    this.home.set(vertex.id, this.#channelOf(vertex));
    return vertex;
  }

  edge(kind: number, a: number, b: number, more: Partial<ModelEdge> = {}): ModelEdge {
    this.#nextId++;
    const both = EdgeFlag.reportedA | EdgeFlag.reportedB;
    const edge: ModelEdge = {
      id: this.#nextId,
      kind,
      a,
      b,
      health: Health.ok,
      confidence: 100,
      flags: both,
      scopes: [],
      ...more,
    };
    this.edges.set(edge.id, edge);
    return edge;
  }

  scope(source: string, table: string): ModelScope {
    const scope = {
      id: this.scopes.size + 1,
      state: ScopeState.live,
      sinceMs: 0,
      source,
      table,
      message: "",
    };
    this.scopes.set(scope.id, scope);
    return scope;
  }

  /** The vertices that stand directly in another. */
  childrenOf(parent: number, kind: number): ModelVertex[] {
    const children = this.#children.get(parent) ?? [];
    return children.filter((v) => v.kind === kind && this.vertices.has(v.id));
  }

  drop(id: number): void {
    this.vertices.delete(id);
    for (const edge of this.edges.values()) {
      if (edge.a === id || edge.b === id) this.edges.delete(edge.id);
    }
  }

  #channelOf({ id, kind, parent }: ModelVertex): string {
    if (kind === Kind.site || kind === Kind.cluster || kind === Kind.region) return "overview";
    const above = this.vertices.get(parent);
    if (above?.kind === Kind.site) return `site:v${parent}`;
    if (above?.kind === Kind.cluster) return `cluster:v${parent}`;
    return this.home.get(parent) ?? `lost:v${id}`;
  }
}

/** Numbers that look random and are the same each time. */
export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
