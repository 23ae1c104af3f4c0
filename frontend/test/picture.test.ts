import { describe, expect, test } from "vitest";
import { scenes } from "../src/gallery/scenes";
import type { Geometry } from "../src/render/geometry";
import type { BoxItem, DisplayList, LineItem } from "../src/render/items";
import { flatten } from "../src/render/pick";
import { extentOf, extentOfSign } from "../src/render/settle";
import type { Rect } from "../src/render/space";
import { fonts } from "../src/render/texts";
import { draw, measure } from "./scenes";

// What holds in every picture: of all scenes, from near and far, on a small and a large screen.

const screens = [
  { w: 800, h: 600 },
  { w: 1600, h: 860 },
  { w: 2560, h: 1440 },
];
const zooms = [0.3, 0.6, 1, 1.7, 3];

const pictures = scenes.flatMap((scene) =>
  screens.flatMap((screen) =>
    zooms.map((zoom) => ({
      name: `${scene.name} on ${screen.w}x${screen.h}, ${zoom} times as near`,
      draw: () => draw(scene, screen, zoom),
    })),
  ),
);

function meet(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

function overprints({ texts }: DisplayList): string[] {
  const seen = texts.map((text) => ({ text: text.text, rect: extentOf(text, measure) }));
  return seen.flatMap((a, i) =>
    seen.slice(i + 1).flatMap((b) => (meet(a.rect, b.rect) ? [`${a.text} | ${b.text}`] : [])),
  );
}

describe.each(pictures)("$name", ({ draw: made }) => {
  const { list, geometry } = made();

  test("no text stands on another, and none is small", () => {
    expect(overprints(list)).toEqual([]);
    for (const { font } of list.texts)
      expect(Number(/(\d+)px/.exec(fonts[font])?.[1])).toBeGreaterThanOrEqual(12);
  });

  test("what is said of a cable or at a seam lies on nothing: no box, no word, no sign, no other cable", () => {
    expect(covered(list)).toEqual([]);
  });

  test("no title of a container stands on a box that is inside of it", () => {
    const found = list.texts.flatMap((text) => {
      const box = list.boxes.find(({ id, look }) => id === text.id && look === "container");
      if (box === undefined || text.pinned) return [];
      const rect = extentOf(text, measure);
      return list.boxes.flatMap((inner) =>
        isBody(inner) && geometry.holds(box.id, inner.id) && meet(rect, inner.rect)
          ? [`${text.text} on v${inner.id}`]
          : [],
      );
    });
    expect(found).toEqual([]);
  });

  test("no line that is seen runs through a box that it does not belong to", () => {
    const found = list.lines
      .filter(({ over, look, curve }) => over && look !== "way" && !curve)
      .flatMap((line) => {
        const own = ownersOf(line, geometry);
        return list.boxes.flatMap((box) =>
          isBody(box) && !own.has(box.id) && crosses(line, box.rect)
            ? [`${line.edges[0]} through v${box.id}`]
            : [],
        );
      });
    expect(found).toEqual([]);
  });
});

/** What lies under texts and signs of cables and seams. A sign without room lies on a cable rather than nowhere. */
function covered({ texts, glyphs, boxes, lines }: DisplayList): string[] {
  const labels = [
    ...texts.map((text) => ({ name: text.text, rect: extentOf(text, measure), of: text.of })),
    ...glyphs.map((sign) => ({ name: sign.sign, rect: extentOfSign(sign), of: sign.of })),
  ];
  return labels.flatMap((label, i) => {
    const { name, rect, of } = label;
    if (of === undefined) return [];
    const words = labels.filter((other, j) => j !== i && meet(rect, other.rect));
    const isText = i < texts.length;
    const bodies = isText ? boxes.filter((box) => isBody(box) && meet(rect, box.rect)) : [];
    const foreign = isText
      ? lines.filter((line) => !line.edges.some((id) => of.includes(id)) && crosses(line, rect))
      : [];
    return [
      ...words.map((other) => `${name} on ${other.name}`),
      ...bodies.map(({ id }) => `${name} on v${id}`),
      ...foreign.map(({ edges }) => `${name} on cable ${edges[0]}`),
    ];
  });
}

/** What a line belongs to: its ends and all that holds them. */
function ownersOf({ edges }: LineItem, geometry: Geometry): Set<number> {
  const own = new Set<number>();
  for (const id of edges) {
    const edge = geometry.scene.edgeById(id);
    for (const end of edge === undefined ? [] : [edge.a, edge.b])
      for (let at = end, depth = 0; at !== 0 && depth < 9; depth++) {
        own.add(at);
        at = geometry.frame(at);
      }
  }
  return own;
}

/** What a cable must go around: cards and what is on them, not the ground and not what holds cards. */
function isBody({ look, role }: BoxItem): boolean {
  return role === 0 && (look === "card" || look === "cell");
}

/** Says whether a line runs through the inside of a rectangle, by points along it. */
function crosses({ points, curve }: LineItem, { x, y, w, h }: Rect): boolean {
  const flat = curve ? flatten(points) : points;
  const inner = { x: x + 2, y: y + 2, w: w - 4, h: h - 4 };
  if (inner.w <= 0 || inner.h <= 0) return false;
  for (let i = 0; i + 3 < flat.length; i += 2) {
    const [ax = 0, ay = 0, bx = 0, by = 0] = flat.slice(i, i + 4);
    const steps = Math.max(1, Math.ceil(Math.hypot(bx - ax, by - ay) / 3));
    for (let step = 0; step <= steps; step++) {
      const px = ax + ((bx - ax) * step) / steps;
      const py = ay + ((by - ay) * step) / steps;
      if (px > inner.x && px < inner.x + inner.w && py > inner.y && py < inner.y + inner.h)
        return true;
    }
  }
  return false;
}
