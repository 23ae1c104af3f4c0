import { EdgeKind, Kind } from "../state/words";
import { type Bundle, Bundles, bundleStatus, bundleWidth } from "./bundles";
import type { Picture } from "./picture";
import { type Rect, union } from "./space";

/** How far above a cluster's box its seam runs, where the ground allows it. */
const seamRise = 24;

/**
 * The seams, and the cables that end at them: one bundle for each leaf and
 * cluster, with its count.
 */
export function drawSeams(picture: Picture): void {
  const bundles = new Bundles();
  picture.scene.eachEdge(EdgeKind.attach, (edge) => {
    const cluster = picture.geometry.holder(edge.a, Kind.cluster);
    const device = picture.geometry.holder(edge.b, Kind.device);
    if (cluster === 0 || device === 0) return;
    const [from, to] = [picture.detail.standIn(device), picture.detail.standIn(cluster)];
    if (from === to || from === 0 || to !== cluster) return;
    bundles.add(edge, from, to);
  });
  const byCluster = new Map<number, Bundle[]>();
  for (const cluster of shownClusters(picture)) byCluster.set(cluster, []);
  for (const bundle of bundles.all()) byCluster.get(bundle.to)?.push(bundle);
  for (const [cluster, ending] of byCluster) drawSeam(picture, cluster, ending);
}

function shownClusters(picture: Picture): number[] {
  return picture.boxes.filter(({ kind }) => kind === Kind.cluster).map(({ id }) => id);
}

/** The height on the screen at which a cluster's seam runs. */
export function seamY(picture: Picture, cluster: number): number {
  const rect = picture.rect(cluster);
  if (rect === undefined) return 0;
  return rect.y - Math.min(seamRise, Math.max(5, groundAbove(picture, cluster, rect) * 0.4));
}

/** Pixels between a cluster's box and what stands next above it in the same frame. */
function groundAbove(picture: Picture, cluster: number, rect: Rect): number {
  const frame = picture.geometry.frame(cluster);
  const outer = frame === 0 ? undefined : picture.rect(frame);
  let floor = outer?.y ?? rect.y - 2 * seamRise;
  for (const sibling of picture.scene.childrenOf(frame)) {
    if (sibling === cluster) continue;
    const other = picture.rect(sibling);
    if (other !== undefined && other.y + other.h <= rect.y)
      floor = Math.max(floor, other.y + other.h);
  }
  return rect.y - floor;
}

function drawSeam(picture: Picture, cluster: number, ending: readonly Bundle[]): void {
  const rect = picture.rect(cluster);
  if (rect === undefined) return;
  const y = seamY(picture, cluster);
  const dim = picture.isDim(cluster);
  picture.seams.push({ cluster, x1: rect.x, x2: rect.x + rect.w, y, open: true, dim });
  const middle = (id: number): number => {
    const box = picture.rect(id);
    return box === undefined ? 0 : box.x + box.w / 2;
  };
  const ordered = [...ending].sort((p, q) => middle(p.from) - middle(q.from) || p.from - q.from);
  const anchors: number[] = [];
  ordered.forEach((bundle, i) => {
    const x = rect.x + (rect.w * (i + 1)) / (ordered.length + 1);
    anchors.push(x);
    drawCable(picture, bundle, x, y);
  });
  seamTexts(picture, rect, y, dim);
}

function drawCable(picture: Picture, { from, edges }: Bundle, x: number, y: number): void {
  const leaf = picture.rect(from);
  if (leaf === undefined) return;
  const start = { x: leaf.x + leaf.w / 2, y: leaf.y + leaf.h };
  const seen = union([
    { ...start, w: 0, h: 0 },
    { x, y, w: 0, h: 0 },
  ]);
  if (seen === undefined || !picture.isSeen(seen)) return;
  const { status, count } = bundleStatus(edges);
  const bend = Math.max(12, (y - start.y) * 0.5);
  const { focus } = picture;
  picture.lines.push({
    edges: edges.map(({ id }) => id),
    kind: EdgeKind.attach,
    points: [start.x, start.y, start.x, start.y + bend, x, y - bend, x, y],
    curve: true,
    width: bundleWidth(edges.length),
    tone: "physical",
    status,
    dash: status === "stale" ? [6, 4] : [],
    ends: ["none", "none"],
    // What a selection lights is drawn cable by cable instead.
    dim: focus !== undefined,
  });
  if (y - start.y < 40) return;
  picture.texts.push({
    id: 0,
    text: String(edges.length),
    x: x + 5,
    y: y - 12,
    font: "small",
    tone: "muted",
    align: "left",
    plate: true,
    dim: focus !== undefined,
  });
  if (status !== "ok" && count > 0) picture.sign(status, x - 10, y - 12, 12);
}

/** The owners on both sides. Nobody can say who they are yet, and the open stitch says so too. */
function seamTexts(picture: Picture, rect: Rect, y: number, dim: boolean): void {
  const sides = [
    { text: "network side: owner unknown", y: y - 11 },
    { text: "cluster side: owner unknown", y: y + 11 },
  ];
  if (rect.y - y < 20) return;
  for (const side of sides) {
    if (picture.measure(side.text, "small") > rect.w - 12) return;
    picture.texts.push({
      id: 0,
      text: side.text,
      x: Math.max(rect.x, 4) + 2,
      y: side.y,
      font: "small",
      tone: "muted",
      align: "left",
      plate: true,
      dim,
    });
  }
}
