import { expect, test } from "vitest";
import { draw } from "../../test/scenes";
import type { Model } from "../gallery/model";
import { find, type Scene, scenes } from "../gallery/scenes";
import { buildWorld, small } from "../gallery/small";
import { EdgeKind, Health, Kind } from "../state/words";

function sceneNamed(name: string): Scene {
  const scene = scenes.find((one) => one.name === name);
  if (scene === undefined) throw new Error(`no scene ${name}`);
  return scene;
}

test("a dispute has one sign, on the NIC that it is about, however many cables claim to be right", () => {
  const { select: _, ...unselected } = sceneNamed("disputed-selected");
  for (const scene of [sceneNamed("disputed-selected"), unselected]) {
    const { list, model } = draw(scene);
    const [nic] = model.childrenOf(find(model, Kind.node, "prod-east-n2").id, Kind.nic);
    const box = list.boxes.find(({ id }) => id === nic?.id);
    const signs = list.glyphs.filter(({ sign }) => sign === "disputed");
    expect(signs).toHaveLength(1);
    expect(signs[0]?.x).toBeCloseTo((box?.rect.x ?? 0) + (box?.rect.w ?? 0) / 2, 6);
  }
});

test("a bundle counts its cables, not the LAG that they are", () => {
  let [cables, lag]: [number[], number] = [[], 0];
  const model = (): Model => {
    const made = buildWorld(small);
    const ends = ["east-leaf1", "east-leaf2"].map((name) => {
      const { id, scopes } = find(made, Kind.device, name);
      const ports = made.childrenOf(id, Kind.port).slice(20, 22);
      const lag = made.vertex(Kind.lag, "po1", id, { scopes });
      for (const port of ports) made.edge(EdgeKind.member, port.id, lag.id, { scopes });
      return { ports, lag };
    });
    const [a, b] = ends;
    cables = [0, 1].map((i) => {
      return made.edge(EdgeKind.link, a?.ports[i]?.id ?? 0, b?.ports[i]?.id ?? 0, {}).id;
    });
    lag = made.edge(EdgeKind.link, a?.lag.id ?? 0, b?.lag.id ?? 0, {}).id;
    return made;
  };
  const { geometry, world } = draw({ name: "lag", model });
  const edges = [...cables, lag].flatMap((id) => world.edgeById(id) ?? []);
  expect(edges).toHaveLength(3);
  expect(geometry.strands.cablesOf(edges).map(({ id }) => id)).toEqual(cables);
  expect(geometry.strands.cablesOf(edges.slice(2)).map(({ id }) => id)).toEqual([lag]);
});

test("a card says with a sign how it is inside, and with a number when that is several", () => {
  const model = (): Model => {
    const made = buildWorld(small);
    const pods = (name: string) => made.childrenOf(find(made, Kind.node, name).id, Kind.pod);
    for (const pod of pods("prod-east-n1").slice(0, 1)) pod.health = Health.down;
    for (const pod of pods("prod-east-n2").slice(0, 3)) pod.health = Health.down;
    return made;
  };
  const { list, model: made } = draw({ name: "ill", model }, { w: 2200, h: 1180 });
  const inside = (name: string) => {
    const { id } = find(made, Kind.node, name);
    const box = list.boxes.find((one) => one.id === id);
    if (box?.look !== "card") throw new Error(`${name} is no card`);
    const { x, y, w, h } = box.rect;
    const isIn = (at: { x: number; y: number }): boolean =>
      at.x > x && at.x <= x + w && at.y > y - 3 && at.y < y + h;
    return {
      signs: list.glyphs.filter(isIn).map(({ sign, size }) => `${sign} ${size}`),
      words: list.texts.filter((text) => isIn(text) && text.id === 0).map(({ text }) => text),
    };
  };
  expect(inside("prod-east-n1")).toEqual({ signs: ["down 12"], words: [] });
  expect(inside("prod-east-n2")).toEqual({ signs: ["down 12"], words: ["3"] });
});
