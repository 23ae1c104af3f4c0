import { expect, test } from "vitest";
import { Sheet } from "./sheet";
import type { Camera } from "./space";

const size = { w: 1000, h: 800 };
const camera: Camera = { x: 50, y: -20, scale: 2 };

/** A sheet on a canvas that paints nothing. */
function sheet() {
  const canvas = { width: 0, height: 0, getContext: () => ({ setTransform: () => undefined }) };
  const made = new Sheet({ createElement: () => canvas } as unknown as Document);
  return { made, canvas };
}

test("a sheet reaches a quarter of the screen beyond it, in the pixels of the machine", () => {
  const { made, canvas } = sheet();
  made.begin(camera, size, 1);
  expect(made.margin).toEqual({ x: 250, y: 200 });
  expect([canvas.width, canvas.height]).toEqual([1500, 1200]);
});

test("of many pixels it reaches less far: it is memory", () => {
  const { made, canvas } = sheet();
  made.begin(camera, { w: 2560, h: 1440 }, 2);
  expect(made.margin.x).toBeLessThan(2560 * 0.1);
  expect(canvas.width).toBe(2 * (2560 + 2 * made.margin.x));
});

test("it stands for what a camera sees until that leaves it, comes much nearer, or the screen changes", () => {
  const { made } = sheet();
  made.begin(camera, size, 1);
  const moved = (pixels: number): Camera => ({ ...camera, x: camera.x + pixels / camera.scale });
  expect(made.covers(camera, size)).toBe(true);
  expect(made.covers(moved(249), size)).toBe(true);
  expect(made.covers(moved(-249), size)).toBe(true);
  expect(made.covers(moved(260), size)).toBe(false);
  expect(made.covers({ ...camera, scale: camera.scale * 1.4 }, size)).toBe(true);
  expect(made.covers({ ...camera, scale: camera.scale * 1.6 }, size)).toBe(false);
  expect(made.covers({ ...camera, scale: camera.scale / 1.6 }, size)).toBe(false);
  expect(made.covers(camera, { w: 1000, h: 700 })).toBe(false);
});

test("a point of the screen is found in the sheet's pixels, wherever the camera is by now", () => {
  const { made } = sheet();
  made.begin(camera, size, 1);
  expect(made.toSheet({ x: 10, y: 20 }, camera)).toEqual({ x: 10, y: 20 });
  const later = { x: camera.x + 15, y: camera.y, scale: camera.scale * 1.25 };
  // The world's point under the middle of the later screen is 30 pixels right of the sheet's middle.
  const middle = made.toSheet({ x: 500, y: 400 }, later);
  expect(middle.x).toBeCloseTo(530);
  expect(middle.y).toBeCloseTo(400);
});
