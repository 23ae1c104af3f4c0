import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type Batch,
  type EdgeColumns,
  type FurnitureColumns,
  type PositionBatch,
  type RollupColumns,
  rollupNumbers,
  type ScopeRow,
  type Tick,
  type VertexColumns,
} from "./columns";
import { ends, FrameError, f32, f64, ids, numbers, smallNumbers, u8, u32 } from "./elements";
import type {
  Columns,
  Positions,
  EdgeColumns as WireEdges,
  Furniture as WireFurniture,
  RollupColumns as WireRollups,
  ScopeColumns as WireScopes,
  Tick as WireTick,
  VertexColumns as WireVertices,
} from "./gen/netseam_pb";
import { ClientFrameSchema, ServerFrameSchema } from "./gen/netseam_pb";

export { FrameError };

/** The version of the columns that this reader understands (Hello.schema). */
export const schemaVersion = 4;

/** A server's frame, decoded and checked. */
export type Frame =
  | {
      readonly type: "hello";
      readonly schema: number;
      readonly epoch: bigint;
      readonly revision: number;
      readonly serverVersion: string;
      readonly timeMs: number;
    }
  | { readonly type: "snapshot"; readonly batch: Batch }
  | { readonly type: "delta"; readonly batch: Batch }
  | {
      readonly type: "end";
      readonly channel: string;
      readonly epoch: bigint;
      readonly revision: number;
    }
  | { readonly type: "startOver"; readonly channel: string; readonly reason: string }
  | { readonly type: "positions"; readonly positions: PositionBatch }
  | { readonly type: "problem"; readonly channel: string; readonly message: string }
  | { readonly type: "tick"; readonly tick: Tick };

/** Reads one binary message. Throws a FrameError, and nothing else, on bytes that are not a frame. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const { body } = parse(bytes);
  switch (body.case) {
    case "hello":
      return {
        type: "hello",
        schema: body.value.schema,
        epoch: body.value.epoch,
        revision: Number(body.value.revision),
        serverVersion: body.value.serverVersion,
        timeMs: body.value.timeMs,
      };
    case "snapshot":
      return { type: "snapshot", batch: batch(body.value) };
    case "delta":
      return { type: "delta", batch: batch(body.value) };
    case "end":
      return {
        type: "end",
        channel: body.value.channel,
        epoch: body.value.epoch,
        revision: Number(body.value.revision),
      };
    case "startOver":
      return { type: "startOver", channel: body.value.channel, reason: body.value.reason };
    case "positions":
      return { type: "positions", positions: positions(body.value) };
    case "problem":
      return { type: "problem", channel: body.value.channel, message: body.value.message };
    case "tick":
      return { type: "tick", tick: tick(body.value) };
    case undefined:
      throw new FrameError("a frame without a known body");
  }
}

/** The request for a channel, from what is held of it (revision 0: nothing), laid out by a grouping. */
export function encodeOpen(
  channel: string,
  epoch: bigint,
  revision: number,
  grouping: string,
): Uint8Array<ArrayBuffer> {
  const open = { channel, epoch, revision: BigInt(revision), grouping };
  return toBinary(
    ClientFrameSchema,
    create(ClientFrameSchema, { body: { case: "open", value: open } }),
  );
}

export function encodeClose(channel: string): Uint8Array<ArrayBuffer> {
  const close = { channel };
  return toBinary(
    ClientFrameSchema,
    create(ClientFrameSchema, { body: { case: "close", value: close } }),
  );
}

function parse(bytes: Uint8Array) {
  try {
    return fromBinary(ServerFrameSchema, bytes);
  } catch (cause) {
    throw new FrameError(`not a frame: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

function batch(c: Columns): Batch {
  const mergedFrom = f64(c.mergedFrom, "merged_from");
  const mergedInto = f64(c.mergedInto, "merged_into");
  if (mergedFrom.length !== mergedInto.length) {
    throw new FrameError("merged_from and merged_into differ in length");
  }
  return {
    channel: c.channel,
    epoch: c.epoch,
    previous: Number(c.previous),
    revision: Number(c.revision),
    timeMs: c.timeMs,
    vertices: c.vertices === undefined ? undefined : vertices(c.vertices),
    edges: c.edges === undefined ? undefined : edges(c.edges),
    scopes: c.scopes === undefined ? [] : scopes(c.scopes),
    goneVertices: f64(c.goneVertices, "gone_vertices"),
    goneEdges: f64(c.goneEdges, "gone_edges"),
    goneScopes: u32(c.goneScopes, "gone_scopes"),
    mergedFrom,
    mergedInto,
    rollups: c.rollups === undefined ? undefined : rollups(c.rollups),
  };
}

function rollups({ count, id, numbers: all }: WireRollups): RollupColumns {
  return {
    count,
    id: ids(id, "rollups.id", count),
    numbers: numbers(all, "rollups.numbers", count * rollupNumbers),
  };
}

function vertices(v: WireVertices): VertexColumns {
  const { count } = v;
  const scopeIds = u32(v.scopes, "vertices.scopes");
  const owned = f64(v.owned, "vertices.owned");
  if (owned.length !== v.owners.length)
    throw new FrameError(`vertices.owners: ${v.owners.length} rows, not ${owned.length}`);
  return {
    count,
    id: ids(v.id, "vertices.id", count),
    kind: u8(v.kind, "vertices.kind", count),
    parent: numbers(v.parent, "vertices.parent", count),
    controller: numbers(v.controller, "vertices.controller", count),
    health: u8(v.health, "vertices.health", count),
    flags: u8(v.flags, "vertices.flags", count),
    slot: smallNumbers(v.slot, "vertices.slot", count),
    names: u8(v.names, "vertices.names", v.names.length),
    nameEnds: ends(v.nameLengths, "vertices.name_lengths", count, v.names.length),
    scopes: scopeIds,
    scopeEnds: ends(v.scopeCounts, "vertices.scope_counts", count, scopeIds.length),
    notes: u8(v.notes, "vertices.notes", v.notes.length),
    noteEnds: ends(v.noteLengths, "vertices.note_lengths", count, v.notes.length),
    owned,
    owners: v.owners,
  };
}

function edges(e: WireEdges): EdgeColumns {
  const { count } = e;
  const scopeIds = u32(e.scopes, "edges.scopes");
  return {
    count,
    id: ids(e.id, "edges.id", count),
    kind: u8(e.kind, "edges.kind", count),
    a: numbers(e.a, "edges.a", count),
    b: numbers(e.b, "edges.b", count),
    health: u8(e.health, "edges.health", count),
    confidence: u8(e.confidence, "edges.confidence", count),
    flags: u8(e.flags, "edges.flags", count),
    scopes: scopeIds,
    scopeEnds: ends(e.scopeCounts, "edges.scope_counts", count, scopeIds.length),
  };
}

function scopes(s: WireScopes): ScopeRow[] {
  const id = u32(s.id, "scopes.id", s.count);
  const state = u8(s.state, "scopes.state", s.count);
  const sinceMs = f64(s.sinceMs, "scopes.since_ms", s.count);
  for (const [name, texts] of [
    ["source", s.source],
    ["table", s.table],
    ["message", s.message],
  ] as const) {
    if (texts.length !== s.count)
      throw new FrameError(`scopes.${name}: ${texts.length} rows, not ${s.count}`);
  }
  return Array.from(id, (scope, row) => ({
    id: scope,
    state: state[row] ?? 0,
    sinceMs: sinceMs[row] ?? 0,
    source: s.source[row] ?? "",
    table: s.table[row] ?? "",
    message: s.message[row] ?? "",
  }));
}

function positions(p: Positions): PositionBatch {
  const { count } = p;
  return {
    channel: p.channel,
    revision: Number(p.revision),
    grouping: p.grouping,
    whole: p.whole,
    count,
    id: ids(p.id, "positions.id", count),
    frame: numbers(p.frame, "positions.frame", count),
    x: f32(p.x, "positions.x", count),
    y: f32(p.y, "positions.y", count),
    w: f32(p.w, "positions.w", count),
    h: f32(p.h, "positions.h", count),
    gone: f64(p.gone, "positions.gone"),
    furniture: p.furniture === undefined ? undefined : furniture(p.furniture),
  };
}

function furniture(f: WireFurniture): FurnitureColumns {
  const { count } = f;
  return {
    count,
    id: ids(f.id, "furniture.id", count),
    frame: numbers(f.frame, "furniture.frame", count),
    x: f32(f.x, "furniture.x", count),
    y: f32(f.y, "furniture.y", count),
    w: f32(f.w, "furniture.w", count),
    h: f32(f.h, "furniture.h", count),
    role: u8(f.role, "furniture.role", count),
    of: numbers(f.of, "furniture.of", count),
    number: numbers(f.number, "furniture.number", count),
    texts: u8(f.texts, "furniture.texts", f.texts.length),
    textEnds: ends(f.textLengths, "furniture.text_lengths", count, f.texts.length),
    gone: f64(f.gone, "furniture.gone"),
  };
}

function tick(t: WireTick): Tick {
  return {
    epoch: t.epoch,
    revision: Number(t.revision),
    timeMs: t.timeMs,
    kept: t.kept,
    notKeptSinceMs: t.notKeptSinceMs,
    sources: t.sources.map(({ id, kind, state, sinceMs, lastOkMs, message }) => ({
      id,
      kind,
      state,
      sinceMs,
      lastOkMs,
      message,
    })),
  };
}
