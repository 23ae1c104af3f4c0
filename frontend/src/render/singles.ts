import { isDisputed } from "../state/disputes";
import type { Edge } from "../state/graph";
import { edgeText } from "../state/names";
import { EdgeFlag, EdgeKind, Kind } from "../state/words";
import { Bundles, bundleStatus } from "./bundles";
import { type Callout, Callouts } from "./callouts";
import { betweenBoxes, middleOf } from "./curves";
import type { LineItem } from "./items";
import { laneTo, westOf } from "./lanes";
import { dotsOf } from "./links";
import { alongCurve, alongPieces, signOf } from "./marks";
import type { Picture } from "./picture";
import { nameSides, seamY } from "./seams";
import { clamp, type Point, type Rect } from "./space";
import { wayToSeam } from "./ways";

/** The ends of a selection's cables are named while it has at most so many. */
const mostNamed = 6;

/** The edges of the selection that are not drawn otherwise: cables through the seam one by one, and curves to endpoints. */
export function drawSingles(picture: Picture): readonly Stitch[] {
  const { focus } = picture;
  if (focus === undefined) return [];
  const curves = new Bundles();
  const stitches = [...focus.edges.values()]
    .filter(({ kind }) => kind === EdgeKind.attach)
    .flatMap((edge, nth) => drawAttach(picture, edge, nth) ?? []);
  for (const edge of focus.edges.values()) if (!isCable(edge)) gather(picture, curves, edge);
  drawCurves(picture, curves);
  return stitches;
}

/** Writes what the cables of the selection are: at the seam that they pass its owners, and their ends. */
export function nameSingles(picture: Picture, stitches: readonly Stitch[]): void {
  const { focus } = picture;
  if (focus === undefined) return;
  const cables = [...focus.edges.values()].filter(isCable);
  const callouts = new Callouts(picture);
  const [stitch] = stitches;
  if (stitch !== undefined) nameSides(picture, callouts, stitch.seat, stitch.at);
  if (focus.way.length > 0) return;
  if (cables.length > mostNamed && focus.selection?.type === "vertex") return;
  for (const edge of cables) nameEnds(picture, callouts, edge);
}

function isCable({ kind }: Edge): boolean {
  return kind === EdgeKind.link || kind === EdgeKind.attach;
}

function gather({ detail }: Picture, curves: Bundles, edge: Edge): void {
  const a = detail.standIn(edge.a);
  const b = detail.standIn(edge.b);
  if (a !== 0 && b !== 0 && a !== b) curves.add(edge, a, b);
}

function drawCurves(picture: Picture, curves: Bundles): void {
  for (const { from, to, kind, edges } of curves.all()) {
    const a = picture.rect(from);
    const b = picture.rect(to);
    if (a === undefined || b === undefined) continue;
    const points = betweenBoxes(a, b);
    const manner = mannerOf(kind, edges);
    const ids = edges.map(({ id }) => id);
    picture.lines.push({
      edges: ids,
      kind,
      points,
      curve: true,
      ...manner,
      blocked: false,
      ends: ["none", "none"],
      over: true,
      dim: false,
    });
    if (manner.look === "plain") continue;
    const sign = signOf(manner.status);
    if (sign !== undefined)
      picture.marks.push({ edges: ids, sign, text: "", spots: alongCurve(points), dim: false });
  }
}

type Manner = Pick<LineItem, "width" | "tone" | "status" | "dash" | "look">;

/**
 * How a curve is drawn: sessions, tunnels and announcements have a look and a
 * state of their own. An announcement's B is the address: the network saw it.
 */
function mannerOf(kind: number, edges: readonly Edge[]): Manner {
  const { status } = bundleStatus(edges);
  switch (kind) {
    case EdgeKind.peers:
      return { width: 1.5, tone: "network", status, dash: [10, 3, 2, 3], look: "session" };
    case EdgeKind.tunnels:
      return { width: 1.5, tone: "network", status, dash: [14, 5], look: "tunnel" };
    case EdgeKind.announces:
      return edges.every(({ flags }) => (flags & EdgeFlag.reportedB) !== 0)
        ? { width: 1.5, tone: "service", status, dash: [], look: "observed" }
        : { width: 1.5, tone: "service", status, dash: [1.5, 3], look: "announced" };
    default:
      return { width: 1, tone: "service", status: "ok", dash: [], look: "plain" };
  }
}

/** Where a cable passes the seam of a cluster. */
export type Stitch = { readonly seat: number; readonly at: Point };

/** A cable from its port through the seam, down the gutter beside its node's column, to its NIC; returns where it passes the seam. */
function drawAttach(picture: Picture, edge: Edge, nth: number): Stitch | undefined {
  const points = attachWay(picture, edge, nth);
  if (points === undefined) return undefined;
  const [nic, port] = dotsOf(edge);
  const seat = picture.geometry.holder(edge.a, Kind.cluster);
  const stitch = stitchOf(points, seamY(picture, seat));
  const ids = [edge.id];
  picture.lines.push({
    edges: ids,
    kind: EdgeKind.attach,
    points,
    curve: false,
    width: 1.5,
    tone: "physical",
    status: edge.status,
    dash: edge.status === "stale" ? [6, 4] : [],
    look: isDisputed(edge) ? "disputed" : "plain",
    blocked: picture.geometry.strands.isBlocked([edge]),
    ...(stitch === undefined ? {} : { stitch }),
    ends: [port, nic],
    over: true,
    dim: false,
  });
  const sign = signOf(edge.status);
  if (sign !== undefined)
    picture.marks.push({ edges: ids, sign, text: "", spots: alongPieces(points), dim: false });
  return stitch === undefined ? undefined : { seat, at: stitch };
}

/** Where straight pieces come down upon a seam. */
function stitchOf(points: readonly number[], y: number): Point | undefined {
  const at = (i: number): number => points[i] ?? 0;
  for (let i = 0; i + 3 < points.length; i += 2) {
    if (at(i) === at(i + 2) && at(i + 1) < y && at(i + 3) >= y) return { x: at(i), y };
  }
  return undefined;
}

function attachWay(picture: Picture, edge: Edge, nth: number): number[] | undefined {
  const { detail, geometry } = picture;
  const [nicId, portId] = [detail.standIn(edge.a), detail.standIn(edge.b)];
  const nic = picture.rect(nicId);
  const port = picture.rect(portId);
  const cluster = geometry.holder(edge.a, Kind.cluster);
  if (nic === undefined || port === undefined || nicId === portId || cluster === 0)
    return undefined;
  const lane = geometry.kindOf(portId) === Kind.port ? laneTo(picture, portId, "south") : undefined;
  const [west, beside] = westOf(port);
  const head = lane === undefined ? [] : [west, beside];
  const from =
    lane === undefined ? { x: port.x + port.w / 2, y: port.y + port.h } : { x: lane, y: beside };
  const toX = nic.x + nic.w / 2;
  if (nicId === cluster) return [...head, ...wayToSeam(picture, from, toX, cluster, nth)];
  const gutter = gutterX(picture, geometry.holder(edge.a, Kind.node), nic);
  const above = nic.y - 4;
  // A node in the rack that it hangs on is reached from there, past no seam.
  const isInRack = geometry.seat(edge.a, cluster) === 0;
  const below = from.y + 6;
  return [
    ...head,
    ...(isInRack
      ? [from.x, from.y, from.x, below, gutter, below]
      : wayToSeam(picture, from, gutter, cluster, nth)),
    gutter,
    above,
    toX,
    above,
    toX,
    nic.y,
  ];
}

/** The middle of the ground at the left of a node's card. */
function gutterX(picture: Picture, node: number, nic: Rect): number {
  const card = picture.rect(node);
  if (card === undefined) return nic.x;
  let left = card.x - 12 * picture.camera.scale;
  for (const sibling of picture.scene.childrenOf(picture.geometry.frame(node))) {
    const other = picture.rect(sibling);
    if (other === undefined || sibling === node || other.x + other.w > card.x) continue;
    left = Math.max(left, other.x + other.w);
  }
  return (left + card.x) / 2;
}

/** Heights to try for the name of a cable, from its line. */
const offsets = [-12, 13, -15, 16, -29, 30, -46, 47, -63, 64, -80, 81];

/** "leaf1 swp1 ⇄ node-a ens1", beside the line; the near end alone where both find no room. */
function nameEnds(picture: Picture, callouts: Callouts, edge: Edge): void {
  const line = picture.lines.find((item) => item.edges.includes(edge.id) && !item.dim);
  if (line === undefined) return;
  const [middle, lineY] = middleOf(line.points, line.curve);
  const both = edgeText(picture.scene, edge);
  const [near = both] = both.split(" ⇄ ");
  const at = (text: string, aside: number, y: number): Callout[] => {
    // In sight as a whole, wherever the line's middle is.
    const half = picture.measure(text, "mono") / 2 + 6;
    const x = clamp(middle + aside * (half + 4), half, Math.max(half, picture.size.w - half));
    return [{ text, x, y, font: "mono", align: "center" }];
  };
  const groups = [both, near].flatMap((text) =>
    offsets.flatMap((offset) => [0, 1, -1].map((aside) => at(text, aside, lineY + offset))),
  );
  callouts.place(groups);
}
