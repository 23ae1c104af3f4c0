import { expect, test } from "vitest";
import { draw, measure } from "../../test/scenes";
import { scenes } from "../gallery/scenes";
import { Kind } from "../state/words";
import { fitOwner } from "./texts";

const wide = (text: string): number => measure(text, "small");

test("an owner loses its last words, then its label, then its last letters, and never its beginning", () => {
  const shown = (width: number): string => fitOwner("owner: ", "platform team", width, measure);
  expect(shown(wide("owner: platform team"))).toBe("owner: platform team");
  expect(shown(wide("owner: platform team") - 1)).toBe("owner: platform…");
  expect(shown(wide("owner: platform…") - 1)).toBe("platform team");
  expect(shown(wide("platform team") - 1)).toBe("platform…");
  expect(shown(wide("platf…"))).toBe("platf…");
  expect(shown(wide("pla…"))).toBe("");
  expect(fitOwner("owner: ", "", wide("owner: unknown"), measure)).toBe("owner: unknown");
  expect(fitOwner("owner: ", "", wide("owner: unknown") - 1, measure)).toBe("no owner");
});

test("whoever sees a cluster's name sees its owner, at every scale", () => {
  const trouble = scenes.find(({ name }) => name === "trouble");
  if (trouble === undefined) throw new Error("no scene");
  for (const zoom of [0.25, 0.4, 0.55, 0.7, 1, 1.5]) {
    const { list, model } = draw(trouble, { w: 1600, h: 860 }, zoom);
    const clusters = [...model.vertices.values()].filter(({ kind }) => kind === Kind.cluster);
    for (const { id, name, owner } of clusters) {
      const title = list.texts.find((one) => one.id === id && one.text === name);
      const box = list.boxes.find((one) => one.id === id);
      if (title === undefined || box === undefined || box.rect.w < 90) continue;
      const near = list.texts.filter(
        ({ x, y }) => x >= box.rect.x && x <= box.rect.x + box.rect.w && Math.abs(y - title.y) < 60,
      );
      const said = owner === "" ? /^(owner: unknown|no owner|owner\?)$/ : /^(owner: )?plat/;
      expect(
        near.some(({ text }) => said.test(text)),
        `${name}, ${zoom} times as near`,
      ).toBe(true);
    }
  }
});
