import type { Edge } from "../state/graph";
import { edgeText } from "../state/names";
import { EdgeKind, Kind } from "../state/words";
import { Bundles } from "./bundles";
import { dotsOf, middleOf, route } from "./links";
import type { Picture } from "./picture";
import { seamY } from "./seams";
import type { Rect } from "./space";

/** The ends of a selection's edges are named while it has at most so many. */
const mostNamed = 6;

/** The edges of the selection that are not drawn otherwise: cables through the seam one by one, and curves to endpoints. */
export function drawSingles(picture: Picture): void {
  const { focus } = picture;
  if (focus === undefined) return;
  const curves = new Bundles();
  const named = focus.edges.size <= mostNamed || focus.selection.type === "edge";
  for (const edge of focus.edges.values()) {
    if (edge.kind === EdgeKind.attach) drawAttach(picture, edge);
    else if (edge.kind !== EdgeKind.link) gather(picture, curves, edge);
    if (named && isCable(edge)) nameEnds(picture, edge);
  }
  for (const { from, to, kind, edges } of curves.all()) {
    const a = picture.rect(from);
    const b = picture.rect(to);
    if (a === undefined || b === undefined) continue;
    picture.lines.push({
      edges: edges.map(({ id }) => id),
      kind,
      points: route(a, b),
      curve: true,
      width: 1,
      tone: "service",
      status: "ok",
      dash: [],
      ends: ["none", "none"],
      dim: false,
    });
  }
}

function isCable({ kind }: Edge): boolean {
  return kind === EdgeKind.link || kind === EdgeKind.attach;
}

function gather({ detail }: Picture, curves: Bundles, edge: Edge): void {
  const a = detail.standIn(edge.a);
  const b = detail.standIn(edge.b);
  if (a !== 0 && b !== 0 && a !== b) curves.add(edge, a, b);
}

/** A cable from its port through the seam, down the gutter beside its node's column, to its NIC. */
function drawAttach(picture: Picture, edge: Edge): void {
  const points = attachRoute(picture, edge);
  if (points === undefined) return;
  const [b, a] = dotsOf(edge);
  picture.lines.push({
    edges: [edge.id],
    kind: EdgeKind.attach,
    points,
    curve: false,
    width: 1.5,
    tone: "physical",
    status: edge.status,
    dash: edge.status === "stale" ? [6, 4] : [],
    ends: [a, b],
    dim: false,
  });
}

function attachRoute(picture: Picture, edge: Edge): number[] | undefined {
  const { detail, geometry } = picture;
  const [nicId, portId] = [detail.standIn(edge.a), detail.standIn(edge.b)];
  const nic = picture.rect(nicId);
  const port = picture.rect(portId);
  const cluster = geometry.holder(edge.a, Kind.cluster);
  if (nic === undefined || port === undefined || nicId === portId) return undefined;
  const from = { x: port.x + port.w / 2, y: port.y + port.h };
  const to = { x: nic.x + nic.w / 2, y: nic.y };
  if (cluster === 0 || nicId === cluster)
    return [from.x, from.y, to.x, Math.max(from.y, seamY(picture, cluster))];
  const seam = seamY(picture, cluster);
  const gutter = gutterX(picture, geometry.holder(edge.a, Kind.node), nic);
  const above = to.y - 5;
  return [from.x, from.y, gutter, seam, gutter, above, to.x, above, to.x, to.y];
}

/** The middle of the ground at the left of a node's card. */
function gutterX(picture: Picture, node: number, nic: Rect): number {
  const card = picture.rect(node);
  if (card === undefined) return nic.x;
  let left = card.x - 16 * picture.camera.scale;
  for (const sibling of picture.scene.childrenOf(picture.geometry.frame(node))) {
    const other = picture.rect(sibling);
    if (other === undefined || sibling === node || other.x + other.w > card.x) continue;
    left = Math.max(left, other.x + other.w);
  }
  return (left + card.x) / 2;
}

/** "leaf1 swp1 ⇄ node-a ens1", beside the line. */
function nameEnds(picture: Picture, edge: Edge): void {
  const line = [...picture.lines]
    .reverse()
    .find((item) => item.edges.includes(edge.id) && !item.dim);
  if (line === undefined) return;
  const text = edgeText(picture.scene, edge);
  const [x, y] =
    edge.kind === EdgeKind.attach
      ? [line.points[2] ?? 0, (line.points[3] ?? 0) - 26]
      : middleOf(line.points);
  picture.write({
    text,
    x,
    y: y - 10,
    font: "mono",
    tone: "ink",
    align: "center",
    plate: true,
    dim: false,
  });
}
