/**
 * Two spaces. World: layout units as the server places boxes, y southwards.
 * Screen: CSS pixels from the top left of the map. Variables say which they
 * are in where it is not plain.
 */

export type Rect = {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
};
export type Point = { readonly x: number; readonly y: number };
export type Size = { readonly w: number; readonly h: number };

/** The world point in the middle of the screen, and how many pixels a unit has. */
export type Camera = { readonly x: number; readonly y: number; readonly scale: number };

export const minScale = 0.005;
export const maxScale = 12;

export function toScreen(camera: Camera, size: Size, world: Rect): Rect {
  return {
    x: (world.x - camera.x) * camera.scale + size.w / 2,
    y: (world.y - camera.y) * camera.scale + size.h / 2,
    w: world.w * camera.scale,
    h: world.h * camera.scale,
  };
}

export function toWorld(camera: Camera, size: Size, screen: Point): Point {
  return {
    x: (screen.x - size.w / 2) / camera.scale + camera.x,
    y: (screen.y - size.h / 2) / camera.scale + camera.y,
  };
}

/** Zooms so that what is under the screen point stays there. */
export function zoomAt(camera: Camera, size: Size, screen: Point, factor: number): Camera {
  const scale = clamp(camera.scale * factor, minScale, maxScale);
  const under = toWorld(camera, size, screen);
  return {
    x: under.x - (screen.x - size.w / 2) / scale,
    y: under.y - (screen.y - size.h / 2) / scale,
    scale,
  };
}

/** Moves the picture by so many pixels. */
export function pan(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale };
}

/** How what is fitted stands on the screen. */
type Fit = {
  /** Pixels of ground around it. */
  readonly margin?: number;
  /** As near as it may come. */
  readonly mostScale?: number;
  /** Pixels of ground above it, where that is to be more. */
  readonly above?: number;
};

/** The camera that shows a world rectangle whole, with margins in pixels. */
export function fitCamera(world: Rect, size: Size, fit: Fit = {}): Camera {
  const { margin = 10, mostScale = 2.5, above = 0 } = fit;
  const top = margin + above;
  const scale = clamp(
    Math.min(
      Math.max(1, size.w - 2 * margin) / Math.max(1, world.w),
      Math.max(1, size.h - top - margin) / Math.max(1, world.h),
    ),
    minScale,
    mostScale,
  );
  return {
    x: world.x + world.w / 2,
    y: world.y + world.h / 2 - (top - margin) / 2 / scale,
    scale,
  };
}

/** A camera part of the way from one to another: scale grows by ratio, not by sum. */
export function between(from: Camera, to: Camera, part: number): Camera {
  const mix = (a: number, b: number): number => a + (b - a) * part;
  return {
    x: mix(from.x, to.x),
    y: mix(from.y, to.y),
    scale: from.scale * (to.scale / from.scale) ** part,
  };
}

export function union(rects: Iterable<Rect>): Rect | undefined {
  let box: Rect | undefined;
  for (const rect of rects) {
    if (box === undefined) {
      box = rect;
      continue;
    }
    const x = Math.min(box.x, rect.x);
    const y = Math.min(box.y, rect.y);
    box = {
      x,
      y,
      w: Math.max(box.x + box.w, rect.x + rect.w) - x,
      h: Math.max(box.y + box.h, rect.y + rect.h) - y,
    };
  }
  return box;
}

export function overlaps(a: Rect, b: Rect, margin = 0): boolean {
  return (
    a.x - margin < b.x + b.w &&
    b.x < a.x + a.w + margin &&
    a.y - margin < b.y + b.h &&
    b.y < a.y + a.h + margin
  );
}

/** How far a point is from a rectangle, 0 inside it. */
export function distance(rect: Rect, { x, y }: Point): number {
  const dx = Math.max(rect.x - x, 0, x - rect.x - rect.w);
  const dy = Math.max(rect.y - y, 0, y - rect.y - rect.h);
  return Math.hypot(dx, dy);
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
