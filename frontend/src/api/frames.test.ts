import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsOf, encodeServer, positionsOf } from "../gallery/encode";
import type { ModelVertex } from "../gallery/model";
import { buildWorld, small } from "../gallery/small";
import type { Batch } from "./columns";
import { decodeFrame, FrameError, schemaVersion } from "./frames";
import type { Columns } from "./gen/netseam_pb";

const model = buildWorld(small);
const byID = (p: { id: number }, q: { id: number }) => p.id - q.id;
const vertices = [...model.vertices.values()].slice(0, 20).sort(byID);
const edges = [...model.edges.values()].slice(0, 20).sort(byID);

function snapshot(change: (columns: Columns) => void = () => undefined): Uint8Array<ArrayBuffer> {
  const value = columnsOf({ channel: "overview", epoch: 3n, revision: 9, vertices, edges });
  change(value);
  return encodeServer({ case: "snapshot", value });
}

function decode(bytes: Uint8Array) {
  const frame = decodeFrame(bytes);
  if (frame.type !== "snapshot") throw new Error("not a snapshot");
  return frame.batch;
}

test("columns arrive as they were written, wherever the message lies in memory", () => {
  const bytes = snapshot();
  for (let shift = 0; shift < 8; shift++) {
    const memory = new Uint8Array(bytes.length + shift);
    memory.set(bytes, shift);
    const batch = decode(memory.subarray(shift));
    expect([...(batch.vertices?.id ?? [])]).toEqual(vertices.map(({ id }) => id));
    expect([...(batch.edges?.b ?? [])]).toEqual(edges.map(({ b }) => b));
    expect(namesOf(batch)).toEqual(vertices.map(({ name }) => name));
    expect(batch.epoch).toBe(3n);
  }
});

test("IDs come out exactly, however large and far apart", () => {
  const id = fc.oneof(
    fc.nat(300),
    fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    fc.constant(Number.MAX_SAFE_INTEGER),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(id, id), { minLength: 1, maxLength: 20 }), (pairs) => {
      const parents = new Map(pairs.map(([own, parent]) => [own + Number(own === 0), parent]));
      const rows = [...parents].map(([own, parent]) => ({
        ...(vertices[0] as ModelVertex),
        id: own,
        parent,
      }));
      const value = columnsOf({ channel: "overview", epoch: 1n, revision: 1, vertices: rows });
      const columns = decode(encodeServer({ case: "snapshot", value })).vertices;
      const got = Array.from(columns?.id ?? [], (own, row) => [own, columns?.parent[row]]);
      expect(got).toEqual([...parents].sort(([p], [q]) => p - q));
    }),
  );
});

test("a frame's columns can be handed to another thread, and the next frame still be read", () => {
  for (let round = 0; round < 3; round++) {
    const batch = decode(snapshot());
    const buffers = new Set<ArrayBufferLike>();
    for (const column of [...Object.values(batch), ...Object.values(batch.vertices ?? {})]) {
      if (ArrayBuffer.isView(column)) buffers.add(column.buffer);
    }
    structuredClone(batch, { transfer: [...buffers] as ArrayBuffer[] });
  }
});

test.each([
  ["an ID too few", "vertices.id", (c: Columns) => cut(c.vertices, "id", 1)],
  ["half a number", "edges.a", (c: Columns) => cut(c.edges, "a", 3)],
  ["no end at all", "edges.b", (c: Columns) => cut(c.edges, "b", c.edges?.b.length ?? 0)],
  [
    "a number of 2^53 or more",
    "edges.a",
    (c: Columns) => c.edges && Object.assign(c.edges, { a: highest(7) }),
  ],
  [
    "a number of eight bytes",
    "edges.b",
    (c: Columns) => c.edges && Object.assign(c.edges, { b: highest(8) }),
  ],
  [
    "a length of five bytes",
    "vertices.name_lengths",
    (c: Columns) => c.vertices && Object.assign(c.vertices, { nameLengths: highest(5) }),
  ],
  ["a health too few", "vertices.health", (c: Columns) => cut(c.vertices, "health", 1)],
  [
    "names shorter than their lengths",
    "vertices.name_lengths",
    (c: Columns) => cut(c.vertices, "names", 1),
  ],
  ["a length too few", "vertices.note_lengths", (c: Columns) => cut(c.vertices, "noteLengths", 1)],
  ["counts of more scopes", "edges.scope_counts", (c: Columns) => more(c.edges?.scopeCounts)],
  ["an ID twice", "edges.id", (c: Columns) => c.edges?.id.fill(0, 1, 2)],
  ["gone vertices that are no whole numbers of rows", "gone_vertices", (c: Columns) => cutOdd(c)],
])("%s is an error that names %s", (_what, name, change) => {
  expect(() => decodeFrame(snapshot(change))).toThrow(FrameError);
  expect(() => decodeFrame(snapshot(change))).toThrow(name);
});

test("a frame of no known kind is an error", () => {
  expect(() => decodeFrame(new Uint8Array())).toThrow(FrameError);
});

test("whatever the bytes, there is a frame or a FrameError", () => {
  const seeds = [
    snapshot(),
    encodeServer({
      case: "positions",
      value: positionsOf("overview", 1, [{ id: 1, channel: "", frame: 0, x: 1, y: 2, w: 3, h: 4 }]),
    }),
    encodeServer({ case: "tick", value: { epoch: 1n, revision: 2n, sources: [{ id: "kube:a" }] } }),
    encodeServer({ case: "hello", value: { schema: schemaVersion, epoch: 1n } }),
  ];
  const damaged = fc
    .record({
      seed: fc.constantFrom(...seeds),
      at: fc.nat(5000),
      byte: fc.nat(255),
      length: fc.nat(5000),
    })
    .map(({ seed, at, byte, length }) => {
      const bytes = seed.slice(0, Math.max(1, length % (seed.length + 1)));
      bytes[at % bytes.length] = byte;
      return bytes;
    });
  fc.assert(
    fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 300 })), (bytes) => {
      try {
        decodeFrame(bytes);
      } catch (cause) {
        expect(cause).toBeInstanceOf(FrameError);
      }
    }),
    { numRuns: 3000 },
  );
});

function namesOf({ vertices: columns }: Batch): string[] {
  if (columns === undefined) throw new Error("no vertices");
  const decoder = new TextDecoder();
  return Array.from(columns.id, (_id, row) =>
    decoder.decode(columns.names.subarray(columns.nameEnds[row], columns.nameEnds[row + 1])),
  );
}

function cut<K extends string>(
  columns: Partial<Record<K, Uint8Array>> | undefined,
  name: K,
  bytes: number,
): void {
  const column = columns?.[name];
  if (columns === undefined || column === undefined) throw new Error(`no ${name}`);
  columns[name] = column.slice(0, -bytes);
}

/** The highest number of so many bytes, in all 20 rows. */
function highest(bytes: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(20 * bytes).fill(0xff);
}

function more(counts: Uint8Array | undefined): void {
  counts?.set([0xff]);
}

function cutOdd(columns: Columns): void {
  columns.goneVertices = new Uint8Array(5);
}
