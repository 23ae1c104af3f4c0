import { type Batch, type PositionBatch, rollupNumbers, type ScopeRow } from "../api/columns";
import { EdgeTable } from "./edge-table";
import { freshnessOf, statuses, statusOf } from "./freshness";
import type { Box } from "./graph";
import { FurnitureTable, PositionTable } from "./position-table";
import { VertexTable } from "./vertex-table";
import { isFurniture } from "./words";

/** As many merges are remembered: the last ones. What else became of an ID is for REST to say. */
const mostMerged = 2_000;

/**
 * What the server said in one channel, up to one revision. It changes only by
 * applying batches, in their order; whether they join up was checked before.
 */
export class ChannelStore {
  readonly name: string;
  epoch = 0n;
  revision = 0;
  timeMs = 0;
  readonly vertices = new VertexTable();
  readonly edges = new EdgeTable();
  readonly scopes = new Map<number, ScopeRow>();
  /** What became of vertices that were merged while the page looked on: of the last ones. */
  readonly merged = new Map<number, number>();
  /** What the server counted of sites and clusters, as it said it: in the overview. */
  readonly rollups = new Map<number, Float64Array>();

  constructor(name: string) {
    this.name = name;
  }

  apply(batch: Batch): void {
    // Puts and drops of one batch are of different elements, so their order is free.
    if (batch.vertices !== undefined) this.vertices.put(batch.vertices);
    if (batch.edges !== undefined) this.edges.put(batch.edges);
    for (const scope of batch.scopes) this.scopes.set(scope.id, scope);
    this.#roll(batch);
    for (const id of batch.goneVertices) {
      this.vertices.drop(id);
      this.rollups.delete(id);
    }
    for (const id of batch.goneEdges) this.edges.drop(id);
    for (const id of batch.goneScopes) this.scopes.delete(id);
    this.#judge(batch);
    this.#merge(batch);
    this.epoch = batch.epoch;
    this.revision = batch.revision;
    this.timeMs = batch.timeMs;
  }

  #merge({ mergedFrom, mergedInto }: Batch): void {
    mergedFrom.forEach((from, i) => {
      this.merged.set(from, mergedInto[i] ?? 0);
    });
    for (const from of this.merged.keys()) {
      if (this.merged.size <= mostMerged) return;
      this.merged.delete(from);
    }
  }

  #roll({ rollups }: Batch): void {
    rollups?.id.forEach((id, row) => {
      const numbers = rollups.numbers.slice(row * rollupNumbers, (row + 1) * rollupNumbers);
      if (numbers.some((n) => n > 0)) this.rollups.set(id, numbers);
      else this.rollups.delete(id);
    });
  }

  /** Joins health and freshness of what the batch may have changed: of all, when a scope has changed. */
  #judge({ scopes, goneScopes, vertices }: Batch): void {
    if (scopes.length > 0 || goneScopes.length > 0) {
      for (let row = 0; row < this.vertices.size; row++) this.#judgeRow(row);
      return;
    }
    for (const id of vertices?.id ?? []) {
      const row = this.vertices.rowOf(id);
      if (row !== undefined) this.#judgeRow(row);
    }
  }

  #judgeRow(row: number): void {
    const { vertices } = this;
    const freshness = freshnessOf(vertices.scopes(row), this.scopes);
    const status = statusOf(vertices.kind[row] ?? 0, vertices.health[row] ?? 0, freshness);
    vertices.status[row] = statuses.indexOf(status);
  }
}

/** A channel's boxes, by grouping. They have their own frames and their own revision. */
export class ChannelPositions {
  #table = new PositionTable();
  #furniture = new FurnitureTable();
  revision = 0;
  grouping = "";

  get table(): PositionTable {
    return this.#table;
  }

  get furniture(): FurnitureTable {
    return this.#furniture;
  }

  /** The box of a vertex or of furniture, as the server said it. */
  box(id: number): Box | undefined {
    return isFurniture(id) ? this.#furniture.box(id) : this.#table.box(id);
  }

  apply(batch: PositionBatch): void {
    if (batch.whole || batch.grouping !== this.grouping) {
      this.#table = new PositionTable();
      this.#furniture = new FurnitureTable();
    }
    this.grouping = batch.grouping;
    this.revision = batch.revision;
    this.#table.put(batch);
    if (batch.furniture !== undefined) this.#furniture.putFurniture(batch.furniture);
  }
}
