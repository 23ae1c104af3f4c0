import { expect, test, vi } from "vitest";
import { RestError } from "../api/rest";
import { find } from "../gallery/scenes";
import { buildWorld, small } from "../gallery/small";
import { worldOf } from "../gallery/worlds";
import { Wished } from "./wished";
import { Kind } from "./words";

const model = buildWorld(small);
const world = worldOf(model);
const node = find(model, Kind.node, "prod-east-n2");
const cluster = find(model, Kind.cluster, "prod-east");

function server(vertex: () => Promise<{ path: { id: string; kind: string }[] }>) {
  const asked = vi.fn(vertex);
  const arrived = vi.fn();
  const edge = () => Promise.resolve({ a: { id: "v1" }, b: { id: "v2" } });
  return { asked, arrived, wished: new Wished({ vertex: asked, edge }, arrived) };
}

const away = () =>
  Promise.resolve({
    path: [
      { id: "v900001", kind: "site" },
      { id: "v900002", kind: "cluster" },
    ],
  });

test("what is known is wished for without asking; the cell of a cluster as the cluster", () => {
  const { asked, wished } = server(away);
  const cell = 2 ** 52 + cluster.id * 4096 + 33;
  for (const id of [node.id, cell])
    expect([...wished.channels(world, [{ type: "vertex", id }])]).toEqual([
      `cluster:v${cluster.id}`,
    ]);
  expect(asked).not.toHaveBeenCalled();
});

test("where the rest is is asked once, and told when it is known", async () => {
  const { asked, arrived, wished } = server(away);
  const one = { type: "vertex", id: 999_999 } as const;
  expect(wished.channels(world, [one]).size).toBe(0);
  expect(wished.channels(world, [one]).size).toBe(0);
  await vi.waitFor(() => expect(arrived).toHaveBeenCalledOnce());
  expect([...wished.channels(world, [one])]).toEqual(["cluster:v900002"]);
  expect(asked).toHaveBeenCalledOnce();
});

test("what is gone is not asked for twice; what did not answer is", async () => {
  const one = { type: "vertex", id: 999_999 } as const;
  for (const [status, times] of [
    [404, 1],
    [503, 2],
  ] as const) {
    const { asked, wished } = server(() => Promise.reject(new RestError(status, "no")));
    wished.channels(world, [one]);
    await new Promise((done) => setTimeout(done));
    wished.channels(world, [one]);
    expect(asked).toHaveBeenCalledTimes(times);
  }
});
