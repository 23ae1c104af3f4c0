import { cameraOf, type Scene } from "../src/gallery/scenes";
import { worldOf } from "../src/gallery/worlds";
import { displayList } from "../src/render/display-list";
import { Geometry } from "../src/render/geometry";
import type { Font } from "../src/render/items";
import type { Size } from "../src/render/space";
import type { World } from "../src/state/world";

export const size = { w: 1600, h: 860 };

/** Letters as wide as in no font, but the same on every machine. */
export function measure(text: string, font: Font): number {
  const wide = { site: 10, title: 8, name: 7, strong: 7, small: 6.5, mono: 7.2 };
  return text.length * wide[font];
}

/** Draws a scene; on another screen or from nearer or farther when asked to. */
export function draw(scene: Scene, on: Size = size, zoom = 1) {
  const model = scene.model();
  const world: World = worldOf(model);
  const geometry = new Geometry(world);
  const target = scene.focus === undefined ? geometry.bounds() : geometry.rect(scene.focus(model));
  if (target === undefined) throw new Error(`${scene.name}: nothing to look at`);
  const { list } = displayList({
    geometry,
    camera: ((at) => ({ ...at, scale: at.scale * zoom }))(cameraOf(scene, target, on)),
    size: on,
    margin: { x: 0, y: 0 },
    selection: scene.select?.(model),
    path: scene.path?.(model) ?? [],
    edges: scene.edges ?? "bundled",
    measure,
    nowMs: 1_700_000_720_000,
    wasOpen: new Set(),
  });
  return { list, world, model, geometry };
}
