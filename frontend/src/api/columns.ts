/**
 * What a frame's columns are once decoded: typed arrays, one element a row.
 *
 * Texts stay UTF-8 until somebody wants to read them. `Ends` are offsets into
 * the piece they belong to, one more than there are rows; the frame carries
 * each row's length instead.
 */

export type VertexColumns = {
  readonly count: number;
  readonly id: Float64Array;
  readonly kind: Uint8Array;
  readonly parent: Float64Array;
  readonly controller: Float64Array;
  readonly health: Uint8Array;
  readonly flags: Uint8Array;
  readonly slot: Uint32Array;
  readonly names: Uint8Array;
  readonly nameEnds: Uint32Array;
  readonly scopes: Uint32Array;
  readonly scopeEnds: Uint32Array;
  readonly notes: Uint8Array;
  readonly noteEnds: Uint32Array;
  /** The rows of which somebody says who owns them, and who. */
  readonly owned: Float64Array;
  readonly owners: readonly string[];
};

export type EdgeColumns = {
  readonly count: number;
  readonly id: Float64Array;
  readonly kind: Uint8Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly health: Uint8Array;
  readonly confidence: Uint8Array;
  readonly flags: Uint8Array;
  readonly scopes: Uint32Array;
  readonly scopeEnds: Uint32Array;
};

export type ScopeRow = {
  readonly id: number;
  readonly state: number;
  readonly sinceMs: number;
  readonly source: string;
  readonly table: string;
  readonly message: string;
};

/** What the server counted of sites and clusters: `rollupNumbers` numbers a row. */
export type RollupColumns = {
  readonly count: number;
  readonly id: Float64Array;
  readonly numbers: Float64Array;
};

/** Of devices, nodes, pods, services and cables each ok, unknown, stale, degraded, down. */
export const rollupNumbers = 25;

/** One piece of a snapshot, or one delta, of one channel. */
export type Batch = {
  readonly channel: string;
  readonly epoch: bigint;
  readonly previous: number;
  readonly revision: number;
  readonly timeMs: number;
  readonly vertices: VertexColumns | undefined;
  readonly edges: EdgeColumns | undefined;
  readonly scopes: readonly ScopeRow[];
  readonly goneVertices: Float64Array;
  readonly goneEdges: Float64Array;
  readonly goneScopes: Uint32Array;
  readonly mergedFrom: Float64Array;
  readonly mergedInto: Float64Array;
  readonly rollups: RollupColumns | undefined;
};

/** Boxes that are no vertices. Texts are as in VertexColumns. */
export type FurnitureColumns = {
  readonly count: number;
  readonly id: Float64Array;
  readonly frame: Float64Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly w: Float32Array;
  readonly h: Float32Array;
  readonly role: Uint8Array;
  readonly of: Float64Array;
  readonly number: Float64Array;
  readonly texts: Uint8Array;
  readonly textEnds: Uint32Array;
  readonly gone: Float64Array;
};

/** Boxes of one channel, each counted in the box of its frame. */
export type PositionBatch = {
  readonly channel: string;
  readonly revision: number;
  readonly grouping: string;
  readonly whole: boolean;
  readonly count: number;
  readonly id: Float64Array;
  readonly frame: Float64Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly w: Float32Array;
  readonly h: Float32Array;
  readonly gone: Float64Array;
  readonly furniture: FurnitureColumns | undefined;
};

export type SourceRow = {
  readonly id: string;
  readonly kind: string;
  readonly state: number;
  readonly sinceMs: number;
  readonly lastOkMs: number;
  readonly message: string;
};

export type Tick = {
  readonly epoch: bigint;
  readonly revision: number;
  readonly timeMs: number;
  readonly kept: boolean;
  readonly notKeptSinceMs: number;
  readonly sources: readonly SourceRow[];
};
