import fc from "fast-check";
import { expect, test } from "vitest";
import { columnsOf, encodeServer, positionsOf } from "../gallery/encode";
import { buildWorld, small } from "../gallery/small";
import { decodeFrame, FrameError } from "./frames";
import type { Columns } from "./gen/netseam_pb";

const model = buildWorld(small);
const vertices = [...model.vertices.values()].slice(0, 20);
const edges = [...model.edges.values()].slice(0, 20);

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
    expect(batch.epoch).toBe(3n);
  }
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
  ["an ID too few", "vertices.id", (c: Columns) => cut(c.vertices, "id", 8)],
  ["half a number", "edges.a", (c: Columns) => cut(c.edges, "a", 3)],
  ["a health too few", "vertices.health", (c: Columns) => cut(c.vertices, "health", 1)],
  [
    "names that end before their offsets",
    "vertices.name_ends",
    (c: Columns) => cut(c.vertices, "names", 1),
  ],
  ["offsets that fall", "vertices.name_ends", (c: Columns) => fall(c.vertices?.nameEnds)],
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
    encodeServer({ case: "hello", value: { schema: 1, epoch: 1n } }),
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

function cut<K extends string>(
  columns: Partial<Record<K, Uint8Array>> | undefined,
  name: K,
  bytes: number,
): void {
  const column = columns?.[name];
  if (columns === undefined || column === undefined) throw new Error(`no ${name}`);
  columns[name] = column.slice(0, -bytes);
}

function fall(ends: Uint8Array | undefined): void {
  ends?.set([255, 255, 255, 0], 4);
}

function cutOdd(columns: Columns): void {
  columns.goneVertices = new Uint8Array(5);
}
