import { expect, test } from "vitest";
import { draw } from "../../test/scenes";
import type { Model } from "../gallery/model";
import { find, scenes } from "../gallery/scenes";
import { buildWorld, small } from "../gallery/small";
import { EdgeKind, Kind } from "../state/words";

function drawn(name: string) {
  const scene = scenes.find((one) => one.name === name);
  if (scene === undefined) throw new Error(`there is no scene ${name}`);
  return draw(scene);
}

test("of many sites the worst is told from the others by words and a ring", () => {
  const { list, world } = drawn("many-sites");
  const worst = list.rings.filter(({ look }) => look === "worst");
  expect(worst).toHaveLength(1);
  const box = list.boxes.find(({ rect }) => rect === worst[0]?.rect);
  expect(world.vertex(box?.id ?? 0)?.name).toBe("mil");
  expect(list.texts.map(({ text }) => text)).toContain("worst of 6");
});

test("the card of the worst says what is down in it", () => {
  const { list } = drawn("many-sites");
  expect(list.texts.map(({ text }) => text)).toContain("1 node down");
});

test("of two sites neither is the worst", () => {
  const { list } = drawn("trouble");
  expect(list.rings).toEqual([]);
});

test("cables between sites keep off the titles that stand above open ones", () => {
  const model = (): Model => {
    const made = buildWorld(small);
    const [east, west] = ["east-border1", "west-border1"].map((name) =>
      made.childrenOf(find(made, Kind.device, name).id, Kind.port).at(-1),
    );
    made.edge(EdgeKind.link, east?.id ?? 0, west?.id ?? 0, { scopes: east?.scopes ?? [] });
    return made;
  };
  const { list } = draw({ name: "joined", model, zoom: 0.7 });
  const open = list.boxes.filter(({ kind, look }) => kind === Kind.site && look === "container");
  const titles = list.texts.filter(({ id, y }) =>
    open.some((box) => box.id === id && y < box.rect.y),
  );
  expect(titles).toHaveLength(2);
  const [across] = list.lines.filter(({ curve, points }) => !curve && points.length > 6);
  for (const { y } of titles) expect(across?.points[3]).toBeLessThan(y - 7);
});

test("cables between sites are drawn, with their state, over no site", () => {
  const { list } = drawn("many-sites");
  const lines = list.lines.filter(({ kind, curve }) => kind === 1 && !curve);
  const across = lines.filter(({ points }) => points.length > 4);
  expect(across).toHaveLength(6);
  expect(across.filter(({ status }) => status === "down")).toHaveLength(1);
  const sites = list.boxes.filter(({ kind }) => kind === 2);
  expect(sites).toHaveLength(6);
  for (const { points } of across)
    for (let i = 0; i + 3 < points.length; i += 2) {
      const [ax = 0, ay = 0, bx = 0, by = 0] = points.slice(i, i + 4);
      for (const { rect } of sites) {
        const meets =
          Math.min(ax, bx) < rect.x + rect.w - 1 &&
          rect.x + 1 < Math.max(ax, bx) &&
          Math.min(ay, by) < rect.y + rect.h - 1 &&
          rect.y + 1 < Math.max(ay, by);
        expect(meets).toBe(false);
      }
    }
});
