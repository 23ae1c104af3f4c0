import { VertexFlag } from "../state/words";
import { columnsOf, encodeServer, positionsOf } from "./encode";
import type { Model, ModelVertex } from "./model";
import { placeWorld } from "./place";

/** Who belongs to a channel of a made-up world, with stubs for the far ends of edges. */
export function channelOf(model: Model, channel: string) {
  const own = [...model.vertices.values()].filter((v) => model.home.get(v.id) === channel);
  const ids = new Set(own.map((v) => v.id));
  const edges = [...model.edges.values()].filter((e) => ids.has(e.a) || ids.has(e.b));
  const stubs = new Map<number, ModelVertex>();
  const root = /^(?:site|cluster):v(\d+)$/.exec(channel)?.[1];
  for (const id of [
    ...edges.flatMap((e) => [e.a, e.b]),
    ...(root === undefined ? [] : [Number(root)]),
  ]) {
    const far = model.vertices.get(id);
    if (far !== undefined && !ids.has(id))
      stubs.set(id, { ...far, flags: far.flags | VertexFlag.stub });
  }
  return { vertices: [...own, ...stubs.values()], edges, scopes: [...model.scopes.values()] };
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
) {
  const piece = { channel, epoch, revision, timeMs, ...channelOf(model, channel) };
  const boxes = placeWorld(model).filter((box) => box.channel === channel);
  return [
    encodeServer({ case: "positions", value: positionsOf(channel, revision, boxes) }),
    encodeServer({ case: "snapshot", value: columnsOf(piece) }),
    encodeServer({ case: "end", value: { channel, epoch, revision: BigInt(revision) } }),
  ];
}
