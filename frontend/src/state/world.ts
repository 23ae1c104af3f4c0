import type { Batch, PositionBatch, ScopeRow } from "../api/columns";
import type { FeedEvent } from "../api/feed";
import { Changes } from "./changes";
import type { ChannelStore } from "./channel";
import { Departed } from "./departed";
import { type Cables, District, noCables } from "./district";
import { edgeAt } from "./edge-at";
import { freshnessOf, statuses } from "./freshness";
import type { Box, Edge, Furniture, Gone, Vertex } from "./graph";
import { Holdings } from "./holdings";
import { Homes } from "./homes";
import { membersIn } from "./members";
import { Places } from "./places";
import type { Rollup } from "./rollup";
import { ShortNames } from "./short-names";
import { Touched } from "./touched";
import { districtOf, Kind } from "./words";

/**
 * All that the server said in the channels that are open, read as one graph.
 *
 * A vertex may stand in several channels; the one that it belongs to is where
 * it is not a stub. An edge between two districts travels in both.
 */
export class World {
  readonly #districts = new Map<string, District>();
  readonly #departed = new Departed();
  readonly touched = new Touched();
  readonly changes = new Changes();
  readonly short = new ShortNames(this);
  readonly #homes = new Homes();
  readonly #holdings = new Holdings(this, this.#districts, this.#homes);
  readonly #places = new Places(this.#districts, this.#homes);
  #version = 0;
  #revision = 0;

  /** Grows with every change of what is shown; a tick that only says so changes nothing. */
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
        this.#end(this.#district(event.channel));
        this.#revision = event.revision;
        return;
      case "positions":
        this.#positions(event.positions);
        return;
      case "tick":
        this.#revision = event.tick.revision;
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
    const district = this.#districts.get(channel);
    if (district === undefined) return;
    this.#homes.leaving(district);
    this.#homes.unplace(district);
    this.#districts.delete(channel);
    this.#changed();
  }

  /** What a former ID means now; every other ID means itself. */
  resolve(id: number): number {
    let now = id;
    // Each step is a merge that happened later; the count guards against a server's circle.
    for (let step = 0; step < 32; step++) {
      const before = now;
      for (const { store } of this.#districts.values()) now = store.merged.get(before) ?? now;
      if (now === before) break;
    }
    return now;
  }

  vertex(id: number): Vertex | undefined {
    const store = this.#storeOf(id);
    const row = store?.vertices.rowOf(id);
    if (store === undefined || row === undefined) return undefined;
    const { vertices, scopes } = store;
    return {
      id,
      kind: vertices.kind[row] ?? 0,
      name: vertices.name(row),
      parent: vertices.parent[row] ?? 0,
      controller: vertices.controller[row] ?? 0,
      health: vertices.health[row] ?? 0,
      flags: vertices.flags[row] ?? 0,
      slot: vertices.slot[row] ?? 0,
      note: vertices.note(row),
      owner: vertices.owner(id),
      freshness: freshnessOf(vertices.scopes(row), scopes),
      status: statuses[vertices.status[row] ?? 0] ?? "unknown",
    };
  }

  /** The kind alone, without decoding anything; 0 when the vertex is not known. */
  kindOf(id: number): number {
    const store = this.#storeOf(id);
    const row = store?.vertices.rowOf(id);
    return store === undefined || row === undefined ? 0 : (store.vertices.kind[row] ?? 0);
  }

  /** The flags alone, likewise. */
  flagsOf(id: number): number {
    const store = this.#storeOf(id);
    const row = store?.vertices.rowOf(id);
    return store === undefined || row === undefined ? 0 : (store.vertices.flags[row] ?? 0);
  }

  edgeById(id: number): Edge | undefined {
    for (const { store } of this.#districts.values()) {
      const row = store.edges.rowOf(id);
      if (row !== undefined) return edgeAt(store, row);
    }
    return undefined;
  }

  /** The edges that end at a vertex: all of them are in the channel that it belongs to. */
  edgesOf(id: number): Edge[] {
    const store = this.#storeOf(id);
    if (store === undefined) return [];
    return store.edges.endingAt(id).flatMap((edge) => {
      const row = store.edges.rowOf(edge);
      return row === undefined ? [] : [edgeAt(store, row)];
    });
  }

  hasEdges(id: number): boolean {
    return this.#storeOf(id)?.edges.hasEndAt(id) ?? false;
  }

  /** The cables of a site's or cluster's inside; none while that is not held. */
  cablesIn(id: number): Cables {
    const channel = districtOf(id, this.kindOf(id));
    return this.#districts.get(channel ?? "")?.cables() ?? noCables;
  }

  /** Calls back for each vertex, or for each of some kinds, in the channel that it belongs to. */
  eachVertex(
    kinds: readonly number[] | "all",
    visit: (id: number, kind: number, district: District, row: number) => void,
  ): void {
    for (const district of this.#districts.values()) {
      const { vertices } = district.store;
      for (let row = 0; row < vertices.size; row++) {
        const kind = vertices.kind[row] ?? 0;
        if (kinds !== "all" && !kinds.includes(kind)) continue;
        const id = vertices.ids[row] ?? 0;
        if (this.#homes.of(id) === district) visit(id, kind, district, row);
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
    const store = this.#storeOf(id);
    const kind = this.kindOf(id);
    if (store === undefined || (kind !== Kind.workload && kind !== Kind.namespace)) return [];
    const { vertices } = store;
    const above = new Set([id, ...(kind === Kind.namespace ? vertices.membersOf(id) : [])]);
    const pods: number[] = [];
    for (let row = 0; row < vertices.size; row++) {
      if (above.has(vertices.controller[row] ?? 0)) pods.push(vertices.ids[row] ?? 0);
    }
    return pods;
  }

  /** The box of a vertex or of furniture, counted in that of a vertex. */
  box(id: number): Box | undefined {
    return this.#places.box(id);
  }

  furniture(id: number): Furniture | undefined {
    return this.#places.furniture(id);
  }

  /** The vertices that are placed in a vertex's box; 0 asks for those that stand by themselves. */
  childrenOf(frame: number): readonly number[] {
    return this.#places.in(frame).vertices;
  }

  /** The furniture that is placed in a vertex's box, furniture in furniture included. */
  furnitureIn(frame: number): readonly number[] {
    return this.#places.in(frame).furniture;
  }

  /** The vertices whose parent is this one, placed or not. */
  membersOf(id: number): number[] {
    return membersIn(this.#districts, this.#homes, id, this.kindOf(id));
  }

  /** How much a container holds and how it is, what is in other districts included. */
  rollup(id: number): Rollup {
    return this.#holdings.of(id);
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
    if (district.isStaging) {
      district.apply(batch);
      return;
    }
    this.#departed.note(district.store, batch);
    this.changes.note(district.store, batch);
    this.touched.look(district.store, batch);
    district.apply(batch);
    this.touched.compare(district.store);
    this.#homes.applied(district, batch);
    this.#changed();
  }

  #end(district: District): void {
    this.#homes.leaving(district);
    district.end();
    this.#homes.arrived(district);
    this.#changed();
  }

  #positions(batch: PositionBatch): void {
    const district = this.#district(batch.channel);
    this.#homes.placing(district, batch);
    district.place(batch);
    this.#changed();
  }

  #changed(): void {
    this.#version++;
    this.#holdings.forget();
    this.#places.forget();
  }

  #district(name: string): District {
    const held = this.#districts.get(name);
    if (held !== undefined) return held;
    const made = new District(name);
    this.#districts.set(name, made);
    return made;
  }

  /** The channel that a vertex belongs to, else one that at least names it. */
  #storeOf(id: number): ChannelStore | undefined {
    const home = this.#homes.of(id);
    if (home !== undefined) return home.store;
    for (const { store } of this.#districts.values()) if (store.vertices.has(id)) return store;
    return undefined;
  }
}
