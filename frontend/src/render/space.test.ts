import fc from "fast-check";
import { expect, test } from "vitest";
import { fitMap, outsideHeight } from "./ground";
import {
  between,
  type Camera,
  fitCamera,
  maxScale,
  minScale,
  pan,
  toScreen,
  toWorld,
  zoomAt,
} from "./space";

const coordinate = fc.integer({ min: -50_000, max: 50_000 });
const camera: fc.Arbitrary<Camera> = fc.record({
  x: coordinate,
  y: coordinate,
  scale: fc.double({ min: minScale, max: maxScale, noNaN: true }),
});
const point = fc.record({
  x: fc.integer({ min: 0, max: 3000 }),
  y: fc.integer({ min: 0, max: 2000 }),
});
const size = { w: 1600, h: 900 };

test("zooming leaves what is under the pointer where it is", () => {
  fc.assert(
    fc.property(
      camera,
      point,
      fc.double({ min: 0.1, max: 10, noNaN: true }),
      (from, at, factor) => {
        const before = toWorld(from, size, at);
        const after = toWorld(zoomAt(from, size, at, factor), size, at);
        expect(after.x).toBeCloseTo(before.x, 4);
        expect(after.y).toBeCloseTo(before.y, 4);
      },
    ),
  );
});

test("zoom stays between its bounds", () => {
  fc.assert(
    fc.property(
      camera,
      point,
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      (from, at, factor) => {
        const { scale } = zoomAt(from, size, at, factor);
        expect(scale).toBeGreaterThanOrEqual(minScale);
        expect(scale).toBeLessThanOrEqual(maxScale);
      },
    ),
  );
});

test("panning moves what is seen by as many pixels", () => {
  fc.assert(
    fc.property(camera, point, (from, by) => {
      const box = { x: from.x, y: from.y, w: 1, h: 1 };
      const before = toScreen(from, size, box);
      const after = toScreen(pan(from, by.x, by.y), size, box);
      expect(after.x - before.x).toBeCloseTo(by.x, 3);
      expect(after.y - before.y).toBeCloseTo(by.y, 3);
    }),
  );
});

test("what is fitted is on the screen with its margin", () => {
  fc.assert(
    fc.property(
      coordinate,
      coordinate,
      fc.integer({ min: 1, max: 100_000 }),
      fc.integer({ min: 1, max: 100_000 }),
      (x, y, w, h) => {
        const {
          x: left,
          y: top,
          w: wide,
          h: high,
        } = toScreen(fitCamera({ x, y, w, h }, size, { margin: 24 }), size, { x, y, w, h });
        expect(left).toBeGreaterThanOrEqual(23.9);
        expect(top).toBeGreaterThanOrEqual(23.9);
        expect(left + wide).toBeLessThanOrEqual(size.w - 23.9);
        expect(top + high).toBeLessThanOrEqual(size.h - 23.9);
      },
    ),
  );
});

test("a map far away leaves room for the titles above its boxes", () => {
  const far = { x: -20, y: 50, w: 10_000, h: 9_000 };
  expect(toScreen(fitMap(far, size), size, far).y).toBeGreaterThanOrEqual(10 + outsideHeight - 0.1);
  expect(toScreen(fitCamera(far, size), size, far).y).toBeLessThan(11);
  const near = { x: 0, y: 0, w: 1_000, h: 1_000 };
  expect(fitMap(near, size)).toEqual(fitCamera(near, size));
});

test("a flight begins where it begins and ends where it ends", () => {
  fc.assert(
    fc.property(camera, camera, (from, to) => {
      expect(between(from, to, 0).scale).toBeCloseTo(from.scale, 9);
      expect(between(from, to, 1).scale).toBeCloseTo(to.scale, 9);
      expect(between(from, to, 1).x).toBeCloseTo(to.x, 6);
    }),
  );
});
