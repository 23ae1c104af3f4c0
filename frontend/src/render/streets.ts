import type { Point, Rect } from "./space";

// Ways between boxes that stand in rows: out at the top, where a site has its
// borders, along the ground between the boxes, and in at the top. In units of
// the world, so that a way is the same from near and far.

/** From the top edge of one box to that of another. */
export type Trip = { readonly from: Point; readonly to: Point };

/** A strip of ground on which ways run along: `at` its side, `room` across it. */
type Street = { readonly at: number; readonly room: number };

type Grid = {
  readonly boxes: readonly Rect[];
  readonly xs: readonly Street[];
  readonly ys: readonly Street[];
};

/** One straight piece of a way, upright or level, and where it is across. */
type Piece = {
  readonly street: Street | undefined;
  readonly isLevel: boolean;
  readonly across: number;
};

/** A turn is as bad as so many streets' widths of way. */
const turnCost = 3;

/**
 * The corners of each trip's way; undefined where the boxes leave none. Ways
 * that share a street run beside each other.
 */
export function streets(
  boxes: readonly Rect[],
  trips: readonly Trip[],
): readonly (readonly Point[] | undefined)[] {
  const grid = gridOf(boxes);
  const routes = trips.map((trip) => routeOf(grid, trip));
  const lanes = new Lanes(boxes);
  routes.forEach((route, nth) => {
    if (route !== undefined) lanes.take(route, nth);
  });
  return routes.map((route, nth) => (route === undefined ? undefined : lanes.corners(route, nth)));
}

function gridOf(boxes: readonly Rect[]): Grid {
  const reach = reachOf(boxes);
  const ys = new Map<number, number>();
  const xs = new Map<number, number>();
  for (const box of boxes) {
    const above = boxes.map(({ y, h }) => y + h).filter((end) => end <= box.y);
    add(ys, box.y, Math.min(reach, box.y - Math.max(box.y - reach, ...above)));
    const beside = boxes.filter(({ y, h }) => y < box.y + box.h && box.y < y + h);
    const west = beside.map(({ x, w }) => x + w).filter((end) => end <= box.x);
    const room = Math.min(reach, box.x - Math.max(box.x - reach, ...west));
    add(xs, box.x, room);
    const end = box.x + box.w;
    const east = beside.map(({ x }) => x).filter((x) => x >= end);
    const free = Math.min(reach, Math.min(end + reach, ...east) - end);
    add(xs, end + free, free);
  }
  return { boxes, xs: listed(xs), ys: listed(ys) };
}

/** Streets lie before their end: north of a row, west of a box. */
function add(streets: Map<number, number>, end: number, room: number): void {
  if (room > 0) streets.set(end, Math.min(room, streets.get(end) ?? room));
}

function listed(streets: ReadonlyMap<number, number>): Street[] {
  return [...streets]
    .map(([end, room]) => ({ at: end - room, room }))
    .sort((p, q) => middle(p) - middle(q));
}

function middle({ at, room }: Street): number {
  return at + room / 2;
}

/** How far a street may reach where nothing stands on its other side: as far as between boxes. */
export function reachOf(boxes: readonly Rect[]): number {
  const gaps = boxes.flatMap((p) =>
    boxes
      .filter(({ y, h }) => y < p.y + p.h && p.y < y + h)
      .map((q) => q.x - p.x - p.w)
      .filter((gap) => gap > 0),
  );
  const widest = Math.max(0, ...boxes.map(({ w }) => w));
  return gaps.length === 0 ? widest / 20 : Math.min(...gaps);
}

/** The street north of a top edge; -1 where there is no ground. */
function streetAbove({ ys }: Grid, top: number): number {
  return ys.findIndex(({ at, room }) => Math.abs(at + room - top) < 1e-6);
}

/** The pieces of the best way, from the first, upright one to the last, upright one. */
function routeOf(grid: Grid, { from, to }: Trip): readonly Piece[] | undefined {
  const [start, end] = [streetAbove(grid, from.y), streetAbove(grid, to.y)];
  if (start < 0 || end < 0) return undefined;
  const columns = [...grid.xs.map(middle), from.x, to.x];
  const [fromColumn, toColumn] = [grid.xs.length, grid.xs.length + 1];
  const path = search(new Ground(grid, columns), [fromColumn, start], [toColumn, end]);
  if (path === undefined) return undefined;
  const pieces: Piece[] = [{ street: undefined, isLevel: false, across: from.x }];
  for (let i = 1; i < path.length; i++) {
    const [before, after] = [path[i - 1], path[i]];
    if (before === undefined || after === undefined) break;
    const isLevel = before[1] === after[1];
    if (pieces.at(-1)?.isLevel === isLevel) continue;
    const street = isLevel ? grid.ys[after[1]] : grid.xs[after[0]];
    const across = street === undefined ? (columns[after[0]] ?? 0) : middle(street);
    pieces.push({ street, isLevel, across });
  }
  if (pieces.at(-1)?.isLevel === true)
    pieces.push({ street: undefined, isLevel: false, across: to.x });
  return pieces;
}

type Crossing = readonly [column: number, row: number];

/** Where one may go on the grid, and how far that is. */
class Ground {
  readonly #boxes: readonly Rect[];
  readonly columns: readonly number[];
  readonly #rows: readonly number[];
  /** Columns from west to east, and the place of each among them. */
  readonly #order: readonly number[];
  readonly #rank: ReadonlyMap<number, number>;
  readonly turn: number;

  constructor({ boxes, xs, ys }: Grid, columns: readonly number[]) {
    this.#boxes = boxes;
    this.columns = columns;
    this.#rows = ys.map(middle);
    this.#order = columns.map((_, i) => i).sort((p, q) => (columns[p] ?? 0) - (columns[q] ?? 0));
    this.#rank = new Map(this.#order.map((column, i) => [column, i]));
    this.turn = turnCost * Math.max(1, ...[...xs, ...ys].map(({ room }) => room));
  }

  /** The crossings next to one, to which the way is free. */
  besides([x, y]: Crossing): { to: Crossing; isLevel: boolean; length: number }[] {
    const i = this.#rank.get(x) ?? 0;
    const level = [this.#order[i - 1], this.#order[i + 1]].flatMap((column) =>
      column === undefined ? [] : [[column, y] as const],
    );
    const upright = [y - 1, y + 1]
      .filter((row) => row in this.#rows)
      .map((row) => [x, row] as const);
    const [ax, ay] = this.#place([x, y]);
    return [...level, ...upright].flatMap((to) => {
      const [bx, by] = this.#place(to);
      if (isBlocked(this.#boxes, ax, ay, bx, by)) return [];
      return [{ to, isLevel: to[1] === y, length: Math.abs(bx - ax) + Math.abs(by - ay) }];
    });
  }

  #place([x, y]: Crossing): readonly [number, number] {
    return [this.columns[x] ?? 0, this.#rows[y] ?? 0];
  }
}

type Reached = { readonly at: Crossing; readonly isLevel: boolean; readonly cost: number };

/** Dijkstra over crossings, each with the direction in which it is reached. */
function search(ground: Ground, from: Crossing, to: Crossing): Crossing[] | undefined {
  const wide = ground.columns.length;
  const best = new Map<number, number>();
  const came = new Map<number, number>();
  const open = new Map<number, Reached>();
  const reach = (reached: Reached, before: number): void => {
    const id = (reached.at[1] * wide + reached.at[0]) * 2 + Number(reached.isLevel);
    if (reached.cost >= (best.get(id) ?? Number.POSITIVE_INFINITY)) return;
    best.set(id, reached.cost);
    came.set(id, before);
    open.set(id, reached);
  };
  reach({ at: from, isLevel: false, cost: 0 }, -1);
  while (open.size > 0) {
    const [id, here] = cheapest(open);
    open.delete(id);
    if (here.at[0] === to[0] && here.at[1] === to[1]) return traced(came, id, wide);
    for (const { to: at, isLevel, length } of ground.besides(here.at)) {
      const turned = isLevel === here.isLevel ? 0 : ground.turn;
      reach({ at, isLevel, cost: here.cost + length + turned }, id);
    }
  }
  return undefined;
}

function cheapest<T extends { readonly cost: number }>(open: ReadonlyMap<number, T>): [number, T] {
  let found: [number, T] | undefined;
  for (const entry of open) if (found === undefined || entry[1].cost < found[1].cost) found = entry;
  if (found === undefined) throw new Error("nothing is open");
  return found;
}

function traced(came: ReadonlyMap<number, number>, last: number, columns: number): Crossing[] {
  const path: Crossing[] = [];
  for (let id = last; id >= 0; id = came.get(id) ?? -1) {
    const place = Math.floor(id / 2);
    path.unshift([place % columns, Math.floor(place / columns)]);
  }
  return path;
}

function isBlocked(
  boxes: readonly Rect[],
  ax: number,
  ay: number,
  bx: number,
  by: number,
): boolean {
  const [west, east] = [Math.min(ax, bx), Math.max(ax, bx)];
  const [north, south] = [Math.min(ay, by), Math.max(ay, by)];
  return boxes.some(
    ({ x, y, w, h }) => west < x + w && x < east + 1e-9 && north < y + h && y < south + 1e-9,
  );
}

type Run = { readonly nth: number; readonly from: number; readonly to: number; lane: number };

/** Who runs where on the streets that are shared. */
class Lanes {
  readonly #boxes: readonly Rect[];
  readonly #taken = new Map<Street, Run[]>();
  /** As much of a street as is free wherever somebody runs on it: others' rows may reach into it. */
  readonly #free = new Map<Street, Street>();

  constructor(boxes: readonly Rect[]) {
    this.#boxes = boxes;
  }

  take(route: readonly Piece[], nth: number): void {
    route.forEach(({ street, isLevel }, i) => {
      if (street === undefined) return;
      const ends = [route[i - 1]?.across ?? 0, route[i + 1]?.across ?? 0];
      const [from, to] = [Math.min(...ends), Math.max(...ends)];
      this.#taken.set(street, [...(this.#taken.get(street) ?? []), { nth, from, to, lane: 0 }]);
      this.#narrow(street, isLevel, from, to);
    });
  }

  #narrow(street: Street, isLevel: boolean, from: number, to: number): void {
    const held = this.#free.get(street) ?? street;
    let [low, high] = [held.at, held.at + held.room];
    for (const { x, y, w, h } of this.#boxes) {
      const [along, length, across, width] = isLevel ? [x, w, y, h] : [y, h, x, w];
      if (along >= to || along + length <= from) continue;
      if (across + width <= middle(street)) low = Math.max(low, across + width);
      else high = Math.min(high, across);
    }
    this.#free.set(street, { at: low, room: high - low });
  }

  /** The corners of a route, each piece on its lane. */
  corners(route: readonly Piece[], nth: number): Point[] {
    const across = route.map((piece) => this.#place(piece, nth));
    return route.slice(1).map(({ isLevel }, i) => {
      const [before = 0, here = 0] = across.slice(i, i + 2);
      return isLevel ? { x: before, y: here } : { x: here, y: before };
    });
  }

  #place({ street, across }: Piece, nth: number): number {
    const taken = street === undefined ? undefined : this.#taken.get(street);
    if (street === undefined || taken === undefined) return across;
    const most = this.#sort(taken);
    const lane = taken.find((one) => one.nth === nth)?.lane ?? 0;
    const { at, room } = this.#free.get(street) ?? street;
    return at + room - (room * (lane + 1)) / (most + 1);
  }

  /** The shortest runs nearest to the boxes that they serve; returns how many lanes there are. */
  #sort(taken: readonly Run[]): number {
    const done: Run[] = [];
    for (const one of [...taken].sort(
      (p, q) => p.to - p.from - (q.to - q.from) || p.from - q.from,
    )) {
      const beside = done.filter(({ from, to }) => from < one.to && one.from < to);
      const used = new Set(beside.map(({ lane }) => lane));
      one.lane = 0;
      while (used.has(one.lane)) one.lane++;
      done.push(one);
    }
    return Math.max(0, ...taken.map(({ lane }) => lane)) + 1;
  }
}
