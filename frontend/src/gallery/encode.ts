import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  type Columns,
  ColumnsSchema,
  EdgeColumnsSchema,
  PositionsSchema,
  ScopeColumnsSchema,
  ServerFrameSchema,
  VertexColumnsSchema,
} from "../api/gen/netseam_pb";
import type { ModelEdge, ModelScope, ModelVertex } from "./model";
import type { Placed } from "./place";

/** Writes frames as a server does: for the gallery, the fake server and tests. */

type Body = NonNullable<MessageInitShape<typeof ServerFrameSchema>["body"]>;

export function encodeServer(body: Body): Uint8Array<ArrayBuffer> {
  return toBinary(
    ServerFrameSchema,
    create(ServerFrameSchema, { body }),
  ) as Uint8Array<ArrayBuffer>;
}

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
  readonly merged?: readonly (readonly [number, number])[];
};

export function columnsOf(piece: Piece): Columns {
  const { vertices = [], edges = [], scopes = [], merged = [] } = piece;
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
  });
}

function vertexColumns(vertices: readonly ModelVertex[]) {
  const names = texts(vertices.map((v) => v.name));
  const notes = texts(vertices.map((v) => v.note));
  const scopes = lists(vertices.map((v) => v.scopes));
  return create(VertexColumnsSchema, {
    count: vertices.length,
    id: f64(vertices.map((v) => v.id)),
    kind: Uint8Array.from(vertices, (v) => v.kind),
    parent: f64(vertices.map((v) => v.parent)),
    controller: f64(vertices.map((v) => v.controller)),
    health: Uint8Array.from(vertices, (v) => v.health),
    flags: Uint8Array.from(vertices, (v) => v.flags),
    slot: u32(vertices.map((v) => v.slot)),
    names: names.piece,
    nameEnds: names.ends,
    notes: notes.piece,
    noteEnds: notes.ends,
    scopes: scopes.piece,
    scopeEnds: scopes.ends,
  });
}

function edgeColumns(edges: readonly ModelEdge[]) {
  const scopes = lists(edges.map((e) => e.scopes));
  return create(EdgeColumnsSchema, {
    count: edges.length,
    id: f64(edges.map((e) => e.id)),
    kind: Uint8Array.from(edges, (e) => e.kind),
    a: f64(edges.map((e) => e.a)),
    b: f64(edges.map((e) => e.b)),
    health: Uint8Array.from(edges, (e) => e.health),
    confidence: Uint8Array.from(edges, (e) => e.confidence),
    flags: Uint8Array.from(edges, (e) => e.flags),
    scopes: scopes.piece,
    scopeEnds: scopes.ends,
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
  boxes: readonly Placed[],
  whole = true,
  gone: readonly number[] = [],
) {
  return create(PositionsSchema, {
    channel,
    revision: BigInt(revision),
    grouping: "rack",
    whole,
    count: boxes.length,
    id: f64(boxes.map((b) => b.id)),
    frame: f64(boxes.map((b) => b.frame)),
    x: f32(boxes.map((b) => b.x)),
    y: f32(boxes.map((b) => b.y)),
    w: f32(boxes.map((b) => b.w)),
    h: f32(boxes.map((b) => b.h)),
    gone: f64(gone),
  });
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

function texts(all: readonly string[]): {
  piece: Uint8Array<ArrayBuffer>;
  ends: Uint8Array<ArrayBuffer>;
} {
  const encoder = new TextEncoder();
  const pieces = all.map((text) => encoder.encode(text));
  const piece = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  const ends = [0];
  let at = 0;
  for (const one of pieces) {
    piece.set(one, at);
    at += one.length;
    ends.push(at);
  }
  return { piece, ends: u32(ends) };
}

function lists(all: readonly (readonly number[])[]) {
  const ends = [0];
  for (const list of all) ends.push((ends.at(-1) ?? 0) + list.length);
  return { piece: u32(all.flat()), ends: u32(ends) };
}
