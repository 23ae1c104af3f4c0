import { isDisputed } from "../state/disputes";
import type { Edge } from "../state/graph";
import { EdgeFlag, EdgeKind, Kind } from "../state/words";
import { crossings, isCrossing, type PlaceOnTop, waysAcross } from "./across";
import { type Bundle, Bundles, bundleStatus, bundleWidth, isBundleDim } from "./bundles";
import { upright } from "./curves";
import type { Dot, Look } from "./items";
import { laneTo, westOf } from "./lanes";
import { alongCurve, alongStreets, signOf } from "./marks";
import type { Picture } from "./picture";
import { type Rect, union } from "./space";
import { spread } from "./spread";
import type { Pair } from "./strands";

/** Pixels between two cables where they leave a card. */
const gap = 9;

/** Cards lower than this are too far away for the dots of cables on them. */
const leastDotted = 20;

type Side = "north" | "south";

/** One end of a line: what it is drawn at, and the box (a device's) whose edge it leaves. */
type End = {
  readonly at: Rect;
  readonly outer: number;
  readonly outerRect: Rect;
  /** The end is a port that is drawn; else it is a card and x is free. */
  readonly isPort: boolean;
  side: Side;
  x: number;
  /** Past another row of ports, beside them. */
  isBeside: boolean;
};

type Run = { readonly bundle: Bundle; readonly a: End; readonly b: End };

/** Cables between devices: one line for each pair of what stands for their ends. */
export function drawLinks(picture: Picture): void {
  const bundles = new Bundles();
  for (const pair of pairsInSight(picture)) gather(picture, pair, bundles);
  const runs = [...bundles.all()].flatMap((bundle) => runOf(picture, bundle) ?? []);
  const crossing = crossings(picture).flatMap((bundle) => runAcross(picture, bundle) ?? []);
  for (const ends of cardEnds([...runs, ...crossing]).values()) spreadEnds(ends);
  for (const run of runs)
    drawRun(picture, run, curveBetween(run.a, run.b, picture.camera.scale), true);
  const ways = waysAcross(
    picture,
    crossing.map(({ a, b }) => [placeOf(a), placeOf(b)] as const),
  );
  crossing.forEach((run, i) => {
    const points = ways[i] ?? curveBetween(run.a, run.b, picture.camera.scale);
    drawRun(picture, run, points, ways[i] === undefined);
  });
}

/** The cables within the sites that show their insides. */
function pairsInSight({ boxes, geometry }: Picture): Pair[] {
  return boxes.flatMap(({ kind, id, look }) =>
    kind === Kind.site && look === "container" ? geometry.strands.pairs(id) : [],
  );
}

function gather(picture: Picture, { a, b, edges }: Pair, bundles: Bundles): void {
  const { detail, geometry } = picture;
  if (!isSeenBetween(picture, a, b)) return;
  for (const edge of edges) {
    const [one, other] = [detail.standIn(edge.a), detail.standIn(edge.b)];
    if (one === 0 || other === 0 || one === other) continue;
    if (!picture.isDrawn(edge) || isCrossing(geometry, edge)) continue;
    if (picture.mode === "all") bundles.addAlone(edge, one, other);
    else bundles.add(edge, one, other);
  }
}

function isSeenBetween(picture: Picture, a: number, b: number): boolean {
  const [from, to] = [picture.rect(a), picture.rect(b)];
  const around = from === undefined || to === undefined ? undefined : union([from, to]);
  // Cables that run within a tier hang below it.
  return around !== undefined && picture.isSeen({ ...around, h: around.h + 40 });
}

function runOf(picture: Picture, bundle: Bundle): Run | undefined {
  const a = endOf(picture, bundle.from);
  const b = endOf(picture, bundle.to);
  const around = a === undefined || b === undefined ? undefined : union([a.outerRect, b.outerRect]);
  if (a === undefined || b === undefined || around === undefined || !picture.isSeen(around))
    return undefined;
  const [top, bottom] = [a.outerRect, b.outerRect];
  if (top.y + top.h <= bottom.y) b.side = "north";
  else if (bottom.y + bottom.h <= top.y) a.side = "north";
  goBeside(picture, a, bundle.from);
  goBeside(picture, b, bundle.to);
  return { bundle, a, b };
}

/** A port past another row of ports is reached beside them. */
function goBeside(picture: Picture, end: End, id: number): void {
  const lane = end.isPort ? laneTo(picture, id, end.side) : undefined;
  if (lane !== undefined) Object.assign(end, { x: lane, isBeside: true });
}

/** Cables between sites leave both in the north, where their borders are. */
function runAcross(picture: Picture, bundle: Bundle): Run | undefined {
  const a = endOf(picture, bundle.from);
  const b = endOf(picture, bundle.to);
  if (a === undefined || b === undefined) return undefined;
  a.side = "north";
  b.side = "north";
  goBeside(picture, a, bundle.from);
  goBeside(picture, b, bundle.to);
  return { bundle, a, b };
}

function placeOf({ outer, x, outerRect }: End): PlaceOnTop {
  return { id: outer, x, y: outerRect.y };
}

function endOf(picture: Picture, id: number): End | undefined {
  const at = picture.rect(id);
  if (at === undefined) return undefined;
  const isPort =
    picture.geometry.kindOf(id) === Kind.port || picture.geometry.kindOf(id) === Kind.lag;
  const outer = isPort ? picture.geometry.frame(id) : id;
  return {
    at,
    outer,
    outerRect: picture.rect(outer) ?? at,
    isPort,
    side: "south",
    isBeside: false,
    x: at.x + at.w / 2,
  };
}

/** The ends on the same edge of the same card, each with where it goes. */
function cardEnds(runs: readonly Run[]): Map<string, { end: End; far: End }[]> {
  const groups = new Map<string, { end: End; far: End }[]>();
  for (const { a, b } of runs) {
    for (const [end, far] of [
      [a, b],
      [b, a],
    ] as const) {
      if (end.isPort) continue;
      const key = `${end.outer} ${end.side}`;
      groups.set(key, [...(groups.get(key) ?? []), { end, far }]);
    }
  }
  return groups;
}

/** Cables leave a card in the order of where they go, as straight as may be. */
function spreadEnds(ends: readonly { end: End; far: End }[]): void {
  const [first] = ends;
  if (first === undefined) return;
  const { x, w } = first.end.outerRect;
  const [from, to] = [x + Math.min(8, w / 2), x + w - Math.min(8, w / 2)];
  const middle = ({ at }: End): number => at.x + at.w / 2;
  const ordered = [...ends].sort(
    (p, q) => middle(p.far) - middle(q.far) || p.far.outer - q.far.outer,
  );
  // Halfway between straight and from the middle: parallel cables stay apart without fanning out.
  const wishes = ordered.map(
    ({ far }) => (Math.min(Math.max(middle(far), from), to) + x + w / 2) / 2,
  );
  const places = spread(wishes, gap, from, to);
  ordered.forEach(({ end }, i) => {
    end.x = places[i] ?? end.x;
  });
}

function drawRun(
  picture: Picture,
  { bundle, a, b }: Run,
  points: readonly number[],
  curve: boolean,
): void {
  const { edges } = bundle;
  const [first] = edges;
  const single = edges.length === 1 && first !== undefined;
  const { status } = bundleStatus(edges);
  const dim = isBundleDim(picture, edges);
  const isLit = picture.focus !== undefined && !dim;
  const line = {
    edges: edges.map(({ id }) => id),
    kind: EdgeKind.link,
    width: single ? 1.5 : bundleWidth(edges.length),
    tone: "physical",
    status,
    dash: status === "stale" ? [6, 4] : [],
    look: lookOf(picture, edges),
    blocked: picture.geometry.strands.isBlocked(edges),
    dim,
  } as const;
  const dots = single ? dotsOf(first) : (["none", "none"] as const);
  const hidden = ["none", "none"] as const;
  // Behind the cards that it passes; what a selection lights is before them.
  picture.lines.push({ ...line, points, curve, ends: hidden, over: isLit });
  drawStub(picture, line, a, dots[0]);
  drawStub(picture, line, b, dots[1]);
  markLine(picture, line, points, curve, edges);
}

/** A dispute is one cable's: of a bundle with others its sign says it. */
function lookOf({ geometry }: Picture, edges: readonly Edge[]): Look {
  if (edges.length === 1 && edges.every(isDisputed)) return "disputed";
  if (geometry.strands.isLag(edges)) return "lag";
  const [first] = edges;
  const isSingle = edges.length === 1 && first !== undefined;
  return isSingle && geometry.strands.isMember(first) ? "member" : "plain";
}

type Line = Omit<Picture["lines"][number], "points" | "curve" | "ends" | "over">;

/** The last piece of a cable, from its device's edge to its port, with the dot; on a card only the dot. */
function drawStub(picture: Picture, line: Line, end: End, dot: Dot): void {
  const edge = edgeY(end);
  const y = end.isPort ? (end.side === "north" ? end.at.y : end.at.y + end.at.h) : edge;
  if (!end.isPort && (dot === "none" || end.at.h < leastDotted)) return;
  picture.lines.push({
    ...line,
    blocked: false, // the bar is on the cable, not on its stub
    points: end.isBeside ? besidePorts(end, edge) : [end.x, edge, end.x, y],
    curve: false,
    ends: ["none", dot],
    over: true,
  });
}

function besidePorts({ at, x }: End, edge: number): number[] {
  const [west, middle] = westOf(at);
  return [x, edge, x, middle, west, middle];
}

function edgeY({ outerRect, side }: End): number {
  return side === "north" ? outerRect.y : outerRect.y + outerRect.h;
}

/** Units below a tier, or below the leaves of racks, in which nothing stands. */
const ground = 40;

/** Upright between tiers; within a tier beneath it, where nothing stands. */
function curveBetween(a: End, b: End, scale: number): number[] {
  const [ay, by] = [edgeY(a), edgeY(b)];
  if (a.side !== b.side) return upright(a.x, ay, b.x, by);
  const drop =
    Math.max(ay, by) + Math.min(32, 10 + Math.abs(b.x - a.x) * 0.06, Math.max(8, ground * scale));
  return [a.x, ay, a.x, drop, b.x, drop, b.x, by];
}

/** The sign of the worst state of a bundle with how many are in it; of one that is well, how many cables it is. */
function markLine(
  picture: Picture,
  line: Pick<Line, "edges" | "status" | "dim">,
  points: readonly number[],
  curve: boolean,
  edges: readonly Edge[],
): void {
  const cables = picture.geometry.strands.cablesOf(edges);
  const { status, dim } = line;
  const ill = cables.filter((edge) => edge.status === status).length;
  const several = status === "ok" || ill === 0 ? `${cables.length}` : `${ill} of ${cables.length}`;
  const text = cables.length === 1 ? "" : several;
  const sign = signOf(status);
  if (text === "" && sign === undefined) return;
  picture.marks.push({
    edges: line.edges,
    sign,
    text,
    spots: curve ? alongCurve(points) : alongStreets(points),
    dim,
  });
}

export function dotsOf({ flags }: Edge): readonly [Dot, Dot] {
  const dot = (bit: number): Dot => ((flags & bit) === 0 ? "hollow" : "filled");
  return [dot(EdgeFlag.reportedA), dot(EdgeFlag.reportedB)];
}
