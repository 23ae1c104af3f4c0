import { expect, test } from "vitest";
import { draw } from "../../test/scenes";
import { scenes } from "../gallery/scenes";

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

test("of two sites neither is the worst", () => {
  const { list } = drawn("trouble");
  expect(list.rings).toEqual([]);
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
