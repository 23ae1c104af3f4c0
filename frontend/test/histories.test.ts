import { describe, expect, test } from "vitest";
import { readRollup } from "../src/state/rollup";
import { heldPlaces, heldRows, historyFolders, play, readHistory } from "./histories";

describe.each(historyFolders())("history %s", (folder) => {
  const { frames, expected, places } = readHistory(folder);
  const channels = Object.keys(expected);

  test("leaves the page with the server's graph", () => {
    const { world } = play(frames, channels);
    for (const channel of channels) {
      const district = world.districts.get(channel);
      expect(district?.whole, channel).toBe(true);
      if (district === undefined) continue;
      expect({ channel, ...heldRows(district.store) }).toEqual({ channel, ...expected[channel] });
    }
  });

  test("the page counts what a site or cluster holds as the server does", () => {
    const { world } = play(frames, channels);
    const said = world.districts.get("overview")?.store.rollups;
    for (const channel of channels) {
      if (channel === "overview") continue;
      const id = Number(channel.slice(channel.indexOf(":v") + 2));
      const counted = world.districts.get(channel)?.rollup(id);
      expect({ channel, ...counted }).toEqual({ channel, ...readRollup(said?.get(id) ?? []) });
    }
  });

  test("leaves the page with the server's boxes and furniture", () => {
    const { world } = play(frames, channels);
    for (const [channel, wanted] of Object.entries(places)) {
      const district = world.districts.get(channel);
      if (district === undefined) throw new Error(`${channel} is not held`);
      expect(heldPlaces(district), channel).toEqual(wanted);
    }
  });

  test("reads as one graph: each vertex where it belongs, with its edges, members and box", () => {
    const { world } = play(frames, channels);
    const rows = channels.flatMap((channel) => {
      const district = world.districts.get(channel);
      return district === undefined ? [] : [heldRows(district.store)];
    });
    const isStub = (flags: number | undefined): boolean => ((flags ?? 0) & 2) !== 0;
    const own = new Map(
      rows
        .flatMap(({ vertices }) => vertices)
        .flatMap((row) => (isStub(row.flags) ? [] : [[row.id, row]])),
    );
    const edges = new Map(rows.flatMap((one) => one.edges).map((edge) => [edge.id, edge]));
    const sorted = (ids: Iterable<number>): number[] => [...ids].sort((p, q) => p - q);
    for (const [id, row] of own) {
      const vertex = world.vertex(id);
      expect({ id, name: vertex?.name, parent: vertex?.parent }).toEqual({
        id,
        name: row.name,
        parent: row.parent,
      });
      const ending = [...edges.values()].filter(({ a, b }) => a === id || b === id);
      expect(sorted(world.edgesOf(id).map((edge) => edge.id))).toEqual(
        sorted(ending.map((edge) => edge.id)),
      );
      const members = [...own.values()].filter(({ parent }) => parent === id);
      expect(sorted(world.membersOf(id))).toEqual(sorted(members.map((member) => member.id)));
    }
    // A district's own box may come twice: where the overview places it is where it stands.
    const wanted = new Map(
      [...channels.filter((channel) => channel !== "overview"), "overview"].flatMap((channel) =>
        (places[channel]?.boxes ?? []).map(({ id, ...box }) => [Number(id), box] as const),
      ),
    );
    for (const [id, box] of wanted) expect({ id, ...world.box(id) }).toEqual({ id, ...box });
    for (const piece of Object.values(places).flatMap(({ furniture }) => furniture)) {
      expect(world.furniture(Number(piece.id))).toEqual(piece);
      expect(world.furnitureIn(Number(piece.frame))).toContain(piece.id);
    }
  });

  test("joins up: no channel is asked for twice", () => {
    expect(play(frames, channels).requests).toBe(channels.length);
  });
});
