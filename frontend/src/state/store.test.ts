import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeFrame } from "../api/frames";
import { columnsOf, encodeServer, type ModelRollup } from "../gallery/encode";
import type { ModelEdge, ModelVertex } from "../gallery/model";
import { ChannelStore } from "./channel";

// A channel's store against plain maps: random puts and drops, through the
// bytes that would travel.

const id = fc.integer({ min: 1, max: 40 });
const name = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom("leaf1", "größe", "节点", "", "🔌 port"),
);
const vertex: fc.Arbitrary<ModelVertex> = fc.record({
  id,
  kind: fc.constantFrom(10, 11, 31, 42),
  name,
  parent: fc.nat(40),
  controller: fc.nat(40),
  health: fc.nat(3),
  flags: fc.nat(7),
  slot: fc.nat(5000),
  note: name,
  owner: fc.constantFrom("", "network team", "größe"),
  scopes: fc.array(fc.nat(9), { maxLength: 4 }),
});
const edge: fc.Arbitrary<ModelEdge> = fc.record({
  id,
  kind: fc.constantFrom(1, 2, 6),
  a: id,
  b: id,
  health: fc.nat(3),
  confidence: fc.nat(100),
  flags: fc.nat(7),
  scopes: fc.array(fc.nat(9), { maxLength: 3 }),
});
const rollup: fc.Arbitrary<ModelRollup> = fc.record({
  id,
  numbers: fc.oneof(
    fc.constant(Array(25).fill(0)),
    fc.array(fc.nat(70_000), { minLength: 25, maxLength: 25 }),
  ),
});
const byId = { selector: ({ id: own }: { id: number }) => own };
const change = fc
  .record({
    vertices: fc.uniqueArray(vertex, { maxLength: 12, ...byId }),
    edges: fc.uniqueArray(edge, { maxLength: 12, ...byId }),
    rollups: fc.uniqueArray(rollup, { maxLength: 4, ...byId }),
    goneVertices: fc.uniqueArray(id, { maxLength: 6 }),
    goneEdges: fc.uniqueArray(id, { maxLength: 6 }),
  })
  .map((one) => ({
    ...one,
    // A change never both puts and drops one element.
    goneVertices: one.goneVertices.filter(
      (gone) => ![...one.vertices, ...one.rollups].some(({ id: put }) => put === gone),
    ),
    goneEdges: one.goneEdges.filter((gone) => !one.edges.some(({ id: put }) => put === gone)),
  }));

function apply(store: ChannelStore, piece: Parameters<typeof columnsOf>[0]): void {
  const frame = decodeFrame(encodeServer({ case: "delta", value: columnsOf(piece) }));
  if (frame.type !== "delta") throw new Error("not a delta");
  store.apply(frame.batch);
}

function held(store: ChannelStore): {
  vertices: ModelVertex[];
  edges: ModelEdge[];
  rollups: ModelRollup[];
} {
  const { vertices, edges } = store;
  return {
    vertices: Array.from({ length: vertices.size }, (_, row) => ({
      id: vertices.ids[row] ?? 0,
      kind: vertices.kind[row] ?? 0,
      name: vertices.name(row),
      parent: vertices.parent[row] ?? 0,
      controller: vertices.controller[row] ?? 0,
      health: vertices.health[row] ?? 0,
      flags: vertices.flags[row] ?? 0,
      slot: vertices.slot[row] ?? 0,
      note: vertices.note(row),
      owner: vertices.owner(vertices.ids[row] ?? 0),
      scopes: [...vertices.scopes(row)],
    })).sort((p, q) => p.id - q.id),
    edges: Array.from({ length: edges.size }, (_, row) => ({
      id: edges.ids[row] ?? 0,
      kind: edges.kind[row] ?? 0,
      a: edges.a[row] ?? 0,
      b: edges.b[row] ?? 0,
      health: edges.health[row] ?? 0,
      confidence: edges.confidence[row] ?? 0,
      flags: edges.flags[row] ?? 0,
      scopes: [...edges.scopes(row)],
    })).sort((p, q) => p.id - q.id),
    rollups: [...store.rollups]
      .map(([id, numbers]) => ({ id, numbers: [...numbers] }))
      .sort((p, q) => p.id - q.id),
  };
}

function replay<T extends { id: number }>(rows: Map<number, T>, put: T[], gone: number[]): void {
  for (const row of put) rows.set(row.id, row);
  for (const id of gone) rows.delete(id);
}

test("a store after any changes is the plain maps after the same changes", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
      const store = new ChannelStore("overview");
      const vertices = new Map<number, ModelVertex>();
      const edges = new Map<number, ModelEdge>();
      const rollups = new Map<number, ModelRollup>();
      changes.forEach((one, i) => {
        apply(store, { channel: "overview", epoch: 1n, previous: i, revision: i + 1, ...one });
        // Names are read now and then in between, so that an old decoding would show.
        for (let row = 0; row < store.vertices.size; row += 3) store.vertices.name(row);
        replay(vertices, one.vertices, one.goneVertices);
        replay(edges, one.edges, one.goneEdges);
        replay(rollups, one.rollups, one.goneVertices);
      });
      const sorted = <T extends { id: number }>(rows: Iterable<T>): T[] =>
        [...rows].sort((p, q) => p.id - q.id);
      expect(held(store)).toEqual({
        vertices: sorted(vertices.values()),
        edges: sorted(edges.values()),
        rollups: sorted(rollups.values()).filter(({ numbers }) => numbers.some((n) => n > 0)),
      });
    }),
    { numRuns: 150 },
  );
});

test("of merges the last are remembered", () => {
  const store = new ChannelStore("overview");
  for (let i = 0; i < 50; i++) {
    const merged = Array.from({ length: 100 }, (_, n) => [100 * i + n + 1, 9_999] as const);
    apply(store, { channel: "overview", epoch: 1n, previous: i, revision: i + 1, merged });
  }
  expect(store.merged.size).toBe(2_000);
  expect(store.merged.get(5_000)).toBe(9_999);
  expect(store.merged.has(1)).toBe(false);
});
