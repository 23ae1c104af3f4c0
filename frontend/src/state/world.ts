import type { Batch, PositionBatch, ScopeRow } from "../api/columns";
import type { FeedEvent } from "../api/feed";
import { Departed } from "./departed";
import { District } from "./district";
import { edgeAt } from "./edge-at";
import { freshnessOf, statusOf } from "./freshness";
import type { Box, Edge, Gone, Vertex } from "./graph";
import { addRollup, emptyRollup, type Rollup } from "./rollup";
import { Kind, VertexFlag } from "./words";

/** The overview: the channel that is always open, and places the districts. */
export const overview = "overview";

/**
 * All that the server said in the channels that are open, read as one graph.
 *
 * A vertex may stand in several channels; the one that it belongs to is where
 * it is not a stub. An edge between two districts travels in both.
 */
export class World {
  readonly #districts = new Map<string, District>();
  readonly #departed = new Departed();
  #version = 0;
  #revision = 0;

  /** Grows with every change of what is shown. */
  get version(): number {
    return this.#version;
  }

  /** The newest revision of which all shown channels are true; 0 before the first. */
  get revision(): number {
    return this.#revision;
  }

  get districts(): ReadonlyMap<string, District> {
    return this.#districts;
  }

  /** Takes what concerns the graph; other events are not for the world. */
  receive(event: FeedEvent): void {
    switch (event.type) {
      case "begin":
        this.#district(event.channel).begin();
        return;
      case "columns":
        this.#columns(event.batch);
        return;
      case "end":
        this.#district(event.channel).end();
        this.#shown(event.revision);
        return;
      case "positions":
        this.#positions(event.positions);
        return;
      case "tick":
        this.#shown(event.tick.revision);
        return;
      case "connection":
      case "hello":
      case "problem":
      case "otherSchema":
        return;
    }
  }

  /** Drops a channel that is no longer looked at. */
  forget(channel: string): void {
    if (this.#districts.delete(channel)) this.#version++;
  }

  /** What a former ID means now; every other ID means itself. */
  resolve(id: number): number {
    let now = id;
    // Each step is a merge that happened later; the count guards against a server's circle.
    for (let step = 0; step < 32; step++) {
      const next = this.#mergedInto(now);
      if (next === undefined) return now;
      now = next;
    }
    return now;
  }

  vertex(id: number): Vertex | undefined {
    const home = this.#home(id);
    if (home === undefined) return undefined;
    const { vertices, scopes } = home.district.store;
    const { row } = home;
    const kind = vertices.kind[row] ?? 0;
    const health = vertices.health[row] ?? 0;
    const freshness = freshnessOf(vertices.scopes(row), scopes);
    return {
      id,
      kind,
      name: vertices.name(row),
      parent: vertices.parent[row] ?? 0,
      controller: vertices.controller[row] ?? 0,
      health,
      flags: vertices.flags[row] ?? 0,
      slot: vertices.slot[row] ?? 0,
      note: vertices.note(row),
      freshness,
      status: statusOf(kind, health, freshness),
    };
  }

  /** The kind alone, without decoding anything; 0 when the vertex is not known. */
  kindOf(id: number): number {
    for (const { store } of this.#districts.values()) {
      const row = store.vertices.rowOf(id);
      if (row !== undefined) return store.vertices.kind[row] ?? 0;
    }
    return 0;
  }

  edgeById(id: number): Edge | undefined {
    for (const { store } of this.#districts.values()) {
      const row = store.edges.rowOf(id);
      if (row !== undefined) return edgeAt(store, row);
    }
    return undefined;
  }

  /** The edges that end at a vertex, each once. */
  edgesOf(id: number): Edge[] {
    const found = new Map<number, Edge>();
    for (const district of this.#districts.values()) {
      for (const row of district.edgesOf(id)) {
        const edge = edgeAt(district.store, row);
        if (!found.has(edge.id)) found.set(edge.id, edge);
      }
    }
    return [...found.values()];
  }

  /** Calls back for each vertex in the channel that it belongs to. */
  eachVertex(visit: (id: number, kind: number, district: District, row: number) => void): void {
    for (const district of this.#districts.values()) {
      const { vertices } = district.store;
      for (let row = 0; row < vertices.size; row++) {
        const id = vertices.ids[row] ?? 0;
        if (this.#belongs(district, row, id)) visit(id, vertices.kind[row] ?? 0, district, row);
      }
    }
  }

  /** Calls back for each edge of a kind, once. */
  eachEdge(kind: number, visit: (edge: Edge) => void): void {
    const seen = new Set<number>();
    for (const { store } of this.#districts.values()) {
      const { edges } = store;
      for (let row = 0; row < edges.size; row++) {
        const id = edges.ids[row] ?? 0;
        if (edges.kind[row] !== kind || seen.has(id)) continue;
        seen.add(id);
        visit(edgeAt(store, row));
      }
    }
  }

  /** The pods of a workload, or of a namespace's workloads; empty for other kinds. */
  controlledBy(id: number): number[] {
    const kind = this.kindOf(id);
    if (kind !== Kind.workload && kind !== Kind.namespace) return [];
    const pods: number[] = [];
    this.eachVertex((pod, podKind, { store }, row) => {
      if (podKind !== Kind.pod) return;
      const controller = store.vertices.controller[row] ?? 0;
      const above = store.vertices.rowOf(controller);
      const namespace = above === undefined ? 0 : store.vertices.parent[above];
      if (controller === id || namespace === id) pods.push(pod);
    });
    return pods;
  }

  box(id: number): Box | undefined {
    for (const { positions } of this.#districts.values()) {
      const { table } = positions;
      const row = table.rowOf(id);
      if (row === undefined) continue;
      return {
        frame: table.frame[row] ?? 0,
        x: table.x[row] ?? 0,
        y: table.y[row] ?? 0,
        w: table.w[row] ?? 0,
        h: table.h[row] ?? 0,
      };
    }
    return undefined;
  }

  /** The vertices that are placed in a vertex's box; 0 asks for those that stand by themselves. */
  childrenOf(frame: number): number[] {
    const children: number[] = [];
    for (const district of this.#districts.values()) {
      for (const id of district.childrenOf(frame)) children.push(id);
    }
    return children;
  }

  /** The vertices whose parent is this one, placed or not. */
  membersOf(id: number): number[] {
    const members: number[] = [];
    for (const district of this.#districts.values()) {
      for (const row of district.membersOf(id)) {
        const member = district.store.vertices.ids[row] ?? 0;
        if (this.#belongs(district, row, member)) members.push(member);
      }
    }
    return members;
  }

  rollup(id: number): Rollup {
    const sum = emptyRollup();
    for (const district of this.#districts.values()) {
      const part = district.rollup(id);
      if (part !== undefined) addRollup(sum, part);
    }
    const kind = this.kindOf(id);
    if (kind !== Kind.site && kind !== Kind.region) return sum;
    for (const child of this.childrenOf(id)) {
      const held = this.kindOf(child);
      if (held === Kind.site || held === Kind.cluster) addRollup(sum, this.rollup(child));
    }
    return sum;
  }

  scope(id: number): ScopeRow | undefined {
    for (const { store } of this.#districts.values()) {
      const scope = store.scopes.get(id);
      if (scope !== undefined) return scope;
    }
    return undefined;
  }

  /** What is remembered of a vertex that left. */
  gone(id: number): Gone | undefined {
    return this.#departed.get(id);
  }

  #columns(batch: Batch): void {
    const district = this.#district(batch.channel);
    this.#departed.note(district.store, batch);
    district.apply(batch);
    this.#version++;
  }

  #positions(batch: PositionBatch): void {
    this.#district(batch.channel).place(batch);
    this.#version++;
  }

  #shown(revision: number): void {
    this.#revision = revision;
    this.#version++;
  }

  #district(name: string): District {
    const held = this.#districts.get(name);
    if (held !== undefined) return held;
    const made = new District(name);
    this.#districts.set(name, made);
    return made;
  }

  #home(id: number): { readonly district: District; readonly row: number } | undefined {
    let named: { readonly district: District; readonly row: number } | undefined;
    for (const district of this.#districts.values()) {
      const row = district.store.vertices.rowOf(id);
      if (row === undefined) continue;
      const place = { district, row };
      if (((district.store.vertices.flags[row] ?? 0) & VertexFlag.stub) === 0) return place;
      named ??= place;
    }
    return named;
  }

  #belongs(district: District, row: number, id: number): boolean {
    const home = this.#home(id);
    return home?.district === district && home.row === row;
  }

  #mergedInto(id: number): number | undefined {
    for (const { store } of this.#districts.values()) {
      const into = store.merged.get(id);
      if (into !== undefined) return into;
    }
    return undefined;
  }
}
