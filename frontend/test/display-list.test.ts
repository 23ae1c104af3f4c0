import { describe, expect, test } from "vitest";
import { listText } from "../src/gallery/list-text";
import { scenes } from "../src/gallery/scenes";
import type { DisplayList, TextItem } from "../src/render/items";
import { fonts, lineHeight } from "../src/render/texts";
import { Kind } from "../src/state/words";
import { draw, measure, size } from "./scenes";

// Goldens: `npm test -- -u` writes them anew; read the diff before committing.

test.each(scenes)("scene $name is drawn as it was", async (scene) => {
  const { list, world } = draw(scene);
  await expect(listText(list, world)).toMatchFileSnapshot(`goldens/${scene.name}.txt`);
});

function sceneNamed(name: string) {
  const scene = scenes.find((one) => one.name === name);
  if (scene === undefined) throw new Error(`no scene ${name}`);
  return draw(scene);
}

function extent(text: TextItem) {
  const w = measure(text.text, text.font);
  const before = text.align === "left" ? 0 : text.align === "right" ? w : w / 2;
  const h = lineHeight[text.font] - 4;
  return { x: text.x - before, y: text.y - h / 2, w, h };
}

function overprints(list: DisplayList): string[] {
  const seen = list.texts.map((text) => ({ text: text.text, ...extent(text) }));
  const found: string[] = [];
  seen.forEach((a, i) => {
    for (const b of seen.slice(i + 1)) {
      if (a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h)
        found.push(`${a.text} | ${b.text}`);
    }
  });
  return found;
}

describe.each(scenes)("in scene $name", (scene) => {
  const { list } = draw(scene);

  test("no text stands on another", () => {
    expect(overprints(list)).toEqual([]);
  });

  test("no sign stands on what is written about a selection", () => {
    const plates = list.texts.filter(
      ({ plate, dim, font }) => plate && !dim && (font === "mono" || font === "strong"),
    );
    const hidden = plates.flatMap((text) => {
      const { x, y, w, h } = extent(text);
      return list.glyphs
        .filter((sign) => {
          const r = sign.size / 2;
          return sign.x + r > x && sign.x - r < x + w && sign.y + r > y && sign.y - r < y + h;
        })
        .map(({ sign }) => `${sign} on ${text.text}`);
    });
    expect(hidden).toEqual([]);
  });

  test("no text is smaller than 12 pixels", () => {
    for (const { font } of list.texts)
      expect(Number(/(\d+)px/.exec(fonts[font])?.[1])).toBeGreaterThanOrEqual(12);
  });

  test("every number is a number", () => {
    const numbers = [
      ...list.boxes.flatMap(({ rect }) => Object.values(rect)),
      ...list.lines.flatMap(({ points }) => points),
      ...list.texts.flatMap(({ x, y }) => [x, y]),
      ...list.glyphs.flatMap(({ x, y }) => [x, y]),
    ];
    expect(numbers.filter((n) => !Number.isFinite(n))).toEqual([]);
  });

  test("what is drawn is on the screen", () => {
    for (const { rect } of list.boxes) {
      expect(rect.x).toBeLessThanOrEqual(size.w + 4);
      expect(rect.y).toBeLessThanOrEqual(size.h + 4);
      expect(rect.x + rect.w).toBeGreaterThanOrEqual(-4);
    }
  });
});

test("names of a row of ports are all there or none is", () => {
  for (const scene of scenes) {
    const { list, world } = draw(scene);
    const named = new Set(list.texts.map(({ id }) => id));
    const rows = new Map<string, boolean[]>();
    for (const { id, kind, rect } of list.boxes) {
      if (kind !== Kind.port || rect.x < 0 || rect.x + rect.w > size.w) continue;
      const key = `${world.box(id)?.frame} ${Math.round(rect.y)}`;
      rows.set(key, [...(rows.get(key) ?? []), named.has(id)]);
    }
    for (const row of rows.values()) expect(new Set(row).size, scene.name).toBe(1);
  }
});

test("ports are named on the face plate when there is room", () => {
  const { list } = sceneNamed("leaf");
  const texts = list.texts.map(({ text }) => text);
  for (let port = 1; port <= 26; port++) expect(texts).toContain(`swp${port}`);
});

test("a selected cable names both ends by device and port", () => {
  const { list } = sceneNamed("cable-selected");
  expect(list.texts.map(({ text }) => text)).toContain("east-leaf1 swp2 ⇄ prod-east-n2 ens1");
});

test("without a selection no single cable crosses a seam: one bundle a leaf and cluster, with its count", () => {
  const { list, model } = sceneNamed("all");
  const trunks = list.lines.filter(({ kind }) => kind === 2);
  const cables = [...model.edges.values()].filter(({ kind }) => kind === 2);
  expect(trunks.flatMap(({ edges }) => edges).sort((p, q) => p - q)).toEqual(
    cables.map(({ id }) => id).sort((p, q) => p - q),
  );
  expect(trunks.length).toBeLessThan(cables.length);
});

test("what is selected is not dimmed, nor what it is connected with; the rest is", () => {
  const { list, world } = sceneNamed("node-selected");
  const dim = new Map(list.boxes.map(({ id, dim: isDim }) => [world.vertex(id)?.name, isDim]));
  expect(dim.get("prod-east-n2")).toBe(false);
  expect(dim.get("east-leaf1")).toBe(false);
  expect(dim.get("prod-east")).toBe(false);
  expect(dim.get("prod-east-n1")).toBe(true);
  expect(dim.get("east-leaf2")).toBe(true);
});

test("a dead cluster is drawn stale, all of it, and never as healthy", () => {
  const { list, world } = sceneNamed("dead-cluster");
  const inside = list.boxes.filter(
    ({ id, kind }) => kind === Kind.node && world.vertex(id)?.name.startsWith("prod-west"),
  );
  expect(inside.length).toBe(16);
  for (const { status } of inside) expect(status).toBe("stale");
});

test("from afar a box says its name, how much is in it, and the shares by state", () => {
  const { list } = sceneNamed("afar");
  expect(list.boxes.map(({ look }) => look)).toEqual(["card", "card"]);
  expect(list.bars).toHaveLength(2);
  expect(list.texts.map(({ text }) => text)).toContain("east");
});
