import { Kind, VertexFlag } from "../state/words";
import { columnsOf, encodeServer, positionsOf } from "./encode";
import type { Model, ModelVertex } from "./model";
import { type Placed, placeWorld } from "./place";

/** What a channel of a made-up world carries, with stubs for the far ends of its edges and what holds them. */
export function channelOf(model: Model, channel: string) {
  const root = Number(/^(?:site|cluster):v(\d+)$/.exec(channel)?.[1] ?? 0);
  const own = [...model.vertices.values()].filter(
    ({ id }) => id === root || model.home.get(id) === channel,
  );
  const ids = new Set(own.map(({ id }) => id));
  const edges = [...model.edges.values()].filter(({ a, b }) => ids.has(a) || ids.has(b));
  const stubs = new Map<number, ModelVertex>();
  for (const end of [root, ...edges.flatMap(({ a, b }) => [a, b])]) {
    for (
      let far = model.vertices.get(end);
      far !== undefined;
      far = model.vertices.get(far.parent)
    ) {
      if (!ids.has(far.id)) stubs.set(far.id, stubOf(model, far));
    }
  }
  const vertices = [...own, ...stubs.values()];
  const named = new Set([...vertices, ...edges].flatMap(({ scopes }) => scopes));
  const scopes = [...model.scopes.values()].filter(({ id }) => root === 0 || named.has(id));
  return { vertices, edges, scopes };
}

/** A vertex of another channel: who it is and where it stands, nothing of how it is. */
function stubOf(model: Model, vertex: ModelVertex): ModelVertex {
  const holder = model.vertices.get(vertex.parent);
  const isInterface = vertex.kind === Kind.port || vertex.kind === Kind.nic;
  const name =
    isInterface && holder !== undefined ? `${holder.name} · ${vertex.name}` : vertex.name;
  return {
    ...vertex,
    name,
    flags: vertex.flags | VertexFlag.stub,
    health: 0,
    slot: 0,
    controller: 0,
    note: "",
    owner: "",
    scopes: [],
  };
}

/** The names of a made-up world's channels, the overview first. */
export function channelsOf(model: Model): string[] {
  return [...new Set(["overview", ...model.home.values()])];
}

/** The frames with which a server opens a channel: snapshot, end, positions. */
export function openingFrames(
  model: Model,
  channel: string,
  epoch: bigint,
  revision: number,
  timeMs: number,
  placed: readonly Placed[] = placeWorld(model),
) {
  const piece = { channel, epoch, revision, timeMs, ...channelOf(model, channel) };
  const boxes = placed.filter((box) => box.channel === channel);
  return [
    encodeServer({ case: "positions", value: positionsOf(channel, revision, boxes) }),
    encodeServer({ case: "snapshot", value: columnsOf(piece) }),
    encodeServer({ case: "end", value: { channel, epoch, revision: BigInt(revision) } }),
  ];
}
