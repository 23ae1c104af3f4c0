import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FeedEvent } from "../src/api/feed";
import { Session } from "../src/api/session";
import type { ChannelStore } from "../src/state/channel";
import type { District } from "../src/state/district";
import type { PositionTable } from "../src/state/position-table";
import { World } from "../src/state/world";

/** What test/tools/histories writes: frames in order, and what has to be held after the last of them. */

type Rows = readonly Readonly<Record<string, unknown>>[];
export type Expected = Readonly<
  Record<
    string,
    { readonly vertices: Rows; readonly edges: Rows; readonly scopes: Rows; readonly rollups: Rows }
  >
>;
export type ExpectedPlaces = Readonly<
  Record<string, { readonly boxes: Rows; readonly furniture: Rows }>
>;

/** The histories that are kept in the repository, and those of a folder that the environment names. */
export function historyFolders(): string[] {
  const kept = fileURLToPath(new URL("../../api/testdata/frames/", import.meta.url));
  const more = process.env.NETSEAM_HISTORIES;
  return [kept, ...(more === undefined ? [] : [more])].flatMap((folder) => {
    if (!existsSync(folder)) throw new Error(`${folder}: there are no histories`);
    // A folder of histories, or one history itself.
    if (existsSync(join(folder, "expected.json"))) return [folder];
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(folder, name));
  });
}

export function readHistory(folder: string) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".bin"));
  const frames = names.sort().map((name) => new Uint8Array(readFileSync(join(folder, name))));
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), "utf8"));
  return {
    frames,
    expected: read("expected.json") as Expected,
    places: read("positions.json") as ExpectedPlaces,
  };
}

/** Plays a history to a page that listens to these channels, and counts what it has to ask for anew. */
export function play(frames: readonly Uint8Array[], channels: readonly string[]) {
  const world = new World();
  const events: FeedEvent[] = [];
  const session = new Session((event) => {
    // As in the browser: what goes to the page goes to another thread.
    const arrived = structuredClone(event);
    events.push(arrived);
    world.receive(arrived);
  });
  let requests = 0;
  session.connected(() => requests++);
  for (const channel of channels) session.open(channel);
  for (const frame of frames) session.receive(frame);
  return { world, events, requests };
}

/** A channel's rows as the histories write them. */
export function heldRows(store: ChannelStore) {
  const { vertices, edges, scopes, rollups } = store;
  const byId = <T extends { readonly id: number }>(rows: T[]): T[] =>
    rows.sort((p, q) => p.id - q.id);
  return {
    vertices: byId(
      Array.from({ length: vertices.size }, (_, row) => ({
        id: vertices.ids[row] ?? 0,
        kind: vertices.kind[row],
        parent: vertices.parent[row],
        controller: vertices.controller[row],
        health: vertices.health[row],
        flags: vertices.flags[row],
        slot: vertices.slot[row],
        name: vertices.name(row),
        scopes: [...vertices.scopes(row)],
        note: vertices.note(row),
        owner: vertices.owner(vertices.ids[row] ?? 0) || undefined,
      })),
    ),
    edges: byId(
      Array.from({ length: edges.size }, (_, row) => ({
        id: edges.ids[row] ?? 0,
        kind: edges.kind[row],
        a: edges.a[row],
        b: edges.b[row],
        health: edges.health[row],
        confidence: edges.confidence[row],
        flags: edges.flags[row],
        scopes: [...edges.scopes(row)],
      })),
    ),
    scopes: byId(
      [...scopes.values()].map(({ id, state, sinceMs, source, table, message }) => ({
        id,
        state,
        since_ms: sinceMs,
        source,
        table,
        message,
      })),
    ),
    rollups: byId([...rollups].map(([id, numbers]) => ({ id, numbers: [...numbers] }))),
  };
}

export function heldPlaces({ positions: { table, furniture } }: District) {
  const ids = (rows: PositionTable): number[] =>
    [...rows.ids.subarray(0, rows.size)].sort((p, q) => p - q);
  return {
    boxes: ids(table).map((id) => ({ id, ...table.box(id) })),
    furniture: ids(furniture).map((id) => furniture.piece(id)),
  };
}
