import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  type Columns,
  ColumnsSchema,
  EdgeColumnsSchema,
  FurnitureSchema,
  PositionsSchema,
  RollupColumnsSchema,
  ScopeColumnsSchema,
  ServerFrameSchema,
  VertexColumnsSchema,
} from "../api/gen/netseam_pb";
import type { ModelEdge, ModelScope, ModelVertex } from "./model";
import type { Placed, PlacedFurniture } from "./place";

/** Writes frames as a server does: for the gallery, the fake server and tests. */

type Body = NonNullable<MessageInitShape<typeof ServerFrameSchema>["body"]>;

export function encodeServer(body: Body): Uint8Array<ArrayBuffer> {
  return toBinary(
    ServerFrameSchema,
    create(ServerFrameSchema, { body }),
  ) as Uint8Array<ArrayBuffer>;
}

/** What a server counted of a site or cluster. */
export type ModelRollup = { readonly id: number; readonly numbers: readonly number[] };

export type Piece = {
  readonly channel: string;
  readonly epoch: bigint;
  readonly previous?: number;
  readonly revision: number;
  readonly timeMs?: number;
  readonly vertices?: readonly ModelVertex[];
  readonly edges?: readonly ModelEdge[];
  readonly scopes?: readonly ModelScope[];
  readonly goneVertices?: readonly number[];
  readonly goneEdges?: readonly number[];
  readonly goneScopes?: readonly number[];
  readonly rollups?: readonly ModelRollup[];
  readonly merged?: readonly (readonly [number, number])[];
};

export function columnsOf(piece: Piece): Columns {
  const { scopes = [], merged = [] } = piece;
  const vertices = byID(piece.vertices ?? []);
  const edges = byID(piece.edges ?? []);
  const rollups = byID(piece.rollups ?? []);
  return create(ColumnsSchema, {
    channel: piece.channel,
    epoch: piece.epoch,
    previous: BigInt(piece.previous ?? 0),
    revision: BigInt(piece.revision),
    timeMs: piece.timeMs ?? 0,
    ...(vertices.length > 0 && { vertices: vertexColumns(vertices) }),
    ...(edges.length > 0 && { edges: edgeColumns(edges) }),
    ...(scopes.length > 0 && { scopes: scopeColumns(scopes) }),
    goneVertices: f64(piece.goneVertices ?? []),
    goneEdges: f64(piece.goneEdges ?? []),
    goneScopes: u32(piece.goneScopes ?? []),
    mergedFrom: f64(merged.map(([from]) => from)),
    mergedInto: f64(merged.map(([, into]) => into)),
    ...(rollups.length > 0 && {
      rollups: create(RollupColumnsSchema, {
        count: rollups.length,
        id: steps(rollups.map((r) => r.id)),
        numbers: numbers(rollups.flatMap((r) => r.numbers)),
      }),
    }),
  });
}

function vertexColumns(vertices: readonly ModelVertex[]) {
  const names = texts(vertices.map((v) => v.name));
  const notes = texts(vertices.map((v) => v.note));
  const scopes = lists(vertices.map((v) => v.scopes));
  const owned = vertices.filter(({ owner }) => owner !== "");
  return create(VertexColumnsSchema, {
    count: vertices.length,
    id: steps(vertices.map((v) => v.id)),
    kind: Uint8Array.from(vertices, (v) => v.kind),
    parent: numbers(vertices.map((v) => v.parent)),
    controller: numbers(vertices.map((v) => v.controller)),
    health: Uint8Array.from(vertices, (v) => v.health),
    flags: Uint8Array.from(vertices, (v) => v.flags),
    slot: numbers(vertices.map((v) => v.slot)),
    names: names.piece,
    nameLengths: names.lengths,
    notes: notes.piece,
    noteLengths: notes.lengths,
    scopes: scopes.piece,
    scopeCounts: scopes.counts,
    owned: f64(owned.map((v) => v.id)),
    owners: owned.map((v) => v.owner),
  });
}

function edgeColumns(edges: readonly ModelEdge[]) {
  const scopes = lists(edges.map((e) => e.scopes));
  return create(EdgeColumnsSchema, {
    count: edges.length,
    id: steps(edges.map((e) => e.id)),
    kind: Uint8Array.from(edges, (e) => e.kind),
    a: numbers(edges.map((e) => e.a)),
    b: numbers(edges.map((e) => e.b)),
    health: Uint8Array.from(edges, (e) => e.health),
    confidence: Uint8Array.from(edges, (e) => e.confidence),
    flags: Uint8Array.from(edges, (e) => e.flags),
    scopes: scopes.piece,
    scopeCounts: scopes.counts,
  });
}

function scopeColumns(scopes: readonly ModelScope[]) {
  return create(ScopeColumnsSchema, {
    count: scopes.length,
    id: u32(scopes.map((s) => s.id)),
    state: Uint8Array.from(scopes, (s) => s.state),
    sinceMs: f64(scopes.map((s) => s.sinceMs)),
    source: scopes.map((s) => s.source),
    table: scopes.map((s) => s.table),
    message: scopes.map((s) => s.message),
  });
}

export function positionsOf(
  channel: string,
  revision: number,
  placed: readonly Placed[],
  whole = true,
  gone: readonly number[] = [],
) {
  const boxes = byID(placed.filter((box) => !("role" in box)));
  const pieces = byID(placed.filter((box): box is PlacedFurniture => "role" in box));
  return create(PositionsSchema, {
    channel,
    revision: BigInt(revision),
    grouping: "cluster",
    whole,
    count: boxes.length,
    id: steps(boxes.map((b) => b.id)),
    frame: numbers(boxes.map((b) => b.frame)),
    x: f32(boxes.map((b) => b.x)),
    y: f32(boxes.map((b) => b.y)),
    w: f32(boxes.map((b) => b.w)),
    h: f32(boxes.map((b) => b.h)),
    gone: f64(gone),
    ...(pieces.length > 0 && { furniture: furnitureOf(pieces) }),
  });
}

function furnitureOf(pieces: readonly PlacedFurniture[]) {
  const words = texts(pieces.map((p) => p.text));
  return create(FurnitureSchema, {
    count: pieces.length,
    id: steps(pieces.map((p) => p.id)),
    frame: numbers(pieces.map((p) => p.frame)),
    x: f32(pieces.map((p) => p.x)),
    y: f32(pieces.map((p) => p.y)),
    w: f32(pieces.map((p) => p.w)),
    h: f32(pieces.map((p) => p.h)),
    role: Uint8Array.from(pieces, (p) => p.role),
    of: numbers(pieces.map((p) => p.of)),
    number: numbers(pieces.map((p) => p.number)),
    texts: words.piece,
    textLengths: words.lengths,
  });
}

function byID<T extends { readonly id: number }>(rows: readonly T[]): T[] {
  return [...rows].sort((p, q) => p.id - q.id);
}

function f64(values: readonly number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Float64Array.from(values).buffer);
}

function f32(values: readonly number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Float32Array.from(values).buffer);
}

function u32(values: readonly number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

/** Whole numbers as planes of bytes. */
function numbers(values: readonly number[]): Uint8Array<ArrayBuffer> {
  const highest = values.reduce((high, value) => Math.max(high, value), 0);
  const planes: number[][] = [];
  for (let scale = 1; scale === 1 || scale <= highest; scale *= 256) {
    planes.push(values.map((value) => Math.floor(value / scale) % 256));
  }
  return Uint8Array.from(values.length === 0 ? [] : planes.flat());
}

/** Rows' own IDs, which rise: each less the one before. */
function steps(ids: readonly number[]): Uint8Array<ArrayBuffer> {
  const between = ids.map((id, row) => id - (ids[row - 1] ?? 0));
  if (between.some((step) => step <= 0)) throw new Error("rows are not in the order of their IDs");
  return numbers(between);
}

function texts(all: readonly string[]) {
  const encoder = new TextEncoder();
  return {
    piece: encoder.encode(all.join("")),
    lengths: numbers(all.map((text) => encoder.encode(text).length)),
  };
}

function lists(all: readonly (readonly number[])[]) {
  return { piece: u32(all.flat()), counts: numbers(all.map((list) => list.length)) };
}
