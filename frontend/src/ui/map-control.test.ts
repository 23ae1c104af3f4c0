import { expect, test, vi } from "vitest";
import type { FrameLoop } from "../render/frame-loop";
import type { MapRenderer } from "../render/renderer";
import { MapControl } from "./map-control";

vi.mock("../theme/theme", () => ({ wantsLessMotion: () => true }));

const target = { x: 900, y: 900, w: 20, h: 20 };

function make(size: { w: number; h: number }): MapControl {
  const renderer = {
    setCamera: () => undefined,
    bounds: () => ({ x: 0, y: 0, w: 1000, h: 1000 }),
    list: () => ({ boxes: [{ id: 1 }, { id: 2 }] }),
    worldRect: (id: number) => (id === 2 ? { x: 800, y: 0, w: 200, h: 200 } : target),
  };
  return new MapControl(renderer as unknown as MapRenderer, {} as unknown as FrameLoop, () => size);
}

test("a hidden map is not fitted, and goes to the selection once it is shown", () => {
  const size = { w: 0, h: 0 };
  const control = make(size);
  const before = control.camera.get();
  control.restore(undefined);
  control.hold();
  control.reveal([1]);
  control.fitAll();
  expect(control.camera.get()).toEqual(before);
  expect(control.anchor([{ id: 1, rect: target }])).toBeUndefined();
  Object.assign(size, { w: 800, h: 600 });
  control.resized({ w: 0, h: 0 }, true);
  expect(control.camera.get()).toMatchObject({ x: 910, y: 910 });
  expect(control.camera.get().scale).toBeGreaterThan(0.5);
});

test("a target off the screen is gone to, though it is larger than the screen", () => {
  const control = make({ w: 800, h: 600 });
  control.camera.set({ x: 100, y: 900, scale: 8 });
  control.reveal([2]);
  expect(control.camera.get()).toMatchObject({ x: 900, y: 100 });
});

test("what a closed box hides is gone to, and what is in sight is not", () => {
  const control = make({ w: 800, h: 600 });
  control.camera.set({ x: 900, y: 900, scale: 1 });
  control.reveal([1]);
  expect(control.camera.get().scale).toBe(1);
  control.reveal([3]);
  expect(control.camera.get().scale).toBeGreaterThan(1);
});
