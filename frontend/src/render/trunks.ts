import { EdgeKind, Kind } from "../state/words";
import { type Bundle, Bundles, bundleStatus, bundleWidth } from "./bundles";
import type { Picture } from "./picture";
import { seamEnd, seamY } from "./seams";
import { type Point, union } from "./space";
import { spread } from "./spread";

/** Pixels between two trunks where they leave a device or arrive at a seam. */
const gap = 16;

/** A bundle on its way from a device to a cluster's seam. */
type Trunk = { readonly bundle: Bundle; start: Point; end: Point };

/** The cables that end at the seams: one bundle for each leaf and cluster, with its count. */
export function drawTrunks(picture: Picture): void {
  const trunks = [...gather(picture).all()].map((bundle) => ({
    bundle,
    start: origin,
    end: origin,
  }));
  for (const group of grouped(trunks, ({ bundle }) => bundle.to).values())
    placeEnds(picture, group);
  for (const group of grouped(trunks, ({ bundle }) => bundle.from).values())
    placeStarts(picture, group);
  for (const trunk of trunks) drawTrunk(picture, trunk);
}

const origin: Point = { x: 0, y: 0 };

function gather({ scene, geometry, detail }: Picture): Bundles {
  const bundles = new Bundles();
  scene.eachEdge(EdgeKind.attach, (edge) => {
    const cluster = geometry.holder(edge.a, Kind.cluster);
    const device = geometry.holder(edge.b, Kind.device);
    if (cluster === 0 || device === 0) return;
    const [from, to] = [detail.standIn(device), detail.standIn(cluster)];
    // Where both are in one closed box there is nothing to draw between them.
    if (from !== 0 && to === cluster && from !== to) bundles.add(edge, from, to);
  });
  return bundles;
}

function grouped(trunks: readonly Trunk[], key: (trunk: Trunk) => number): Map<number, Trunk[]> {
  const groups = new Map<number, Trunk[]>();
  for (const trunk of trunks) groups.set(key(trunk), [...(groups.get(key(trunk)) ?? []), trunk]);
  return groups;
}

/** Trunks of one cluster arrive at its seam in the order of their devices, as straight below them as may be. */
function placeEnds(picture: Picture, trunks: Trunk[]): void {
  const cluster = trunks[0]?.bundle.to ?? 0;
  const rect = picture.rect(cluster);
  if (rect === undefined) return;
  const y = seamY(picture, cluster);
  const wish = ({ bundle }: Trunk): number => {
    const box = picture.rect(bundle.from);
    return box === undefined ? rect.x : box.x + box.w / 2;
  };
  const ordered = [...trunks].sort((p, q) => wish(p) - wish(q) || p.bundle.from - q.bundle.from);
  const left = rect.x + 8;
  const places = spread(ordered.map(wish), gap, left, Math.max(left, seamEnd(picture, cluster)));
  ordered.forEach((trunk, i) => {
    trunk.end = { x: places[i] ?? rect.x, y };
  });
}

/** Trunks of one device leave its lower edge in the order of where they go. */
function placeStarts(picture: Picture, trunks: Trunk[]): void {
  const box = picture.rect(trunks[0]?.bundle.from ?? 0);
  if (box === undefined) return;
  const ordered = [...trunks].sort((p, q) => p.end.x - q.end.x || p.bundle.to - q.bundle.to);
  const middle = ordered.map(() => box.x + box.w / 2);
  const places = spread(middle, gap, box.x + 4, box.x + box.w - 4);
  ordered.forEach((trunk, i) => {
    trunk.start = { x: places[i] ?? box.x, y: box.y + box.h };
  });
}

function drawTrunk(picture: Picture, { bundle, start, end }: Trunk): void {
  const { edges } = bundle;
  const seen = union([start, end].map(({ x, y }) => ({ x, y, w: 0, h: 0 })));
  if (seen === undefined || !picture.isSeen(seen)) return;
  const { status, count } = bundleStatus(edges);
  const drop = end.y - start.y;
  // What a selection lights is drawn cable by cable instead.
  const dim = picture.focus !== undefined;
  picture.lines.push({
    edges: edges.map(({ id }) => id),
    kind: EdgeKind.attach,
    points: [
      start.x,
      start.y,
      start.x,
      start.y + drop * 0.6,
      end.x,
      end.y - drop * 0.6,
      end.x,
      end.y,
    ],
    curve: true,
    width: bundleWidth(edges.length),
    tone: "physical",
    status,
    dash: status === "stale" ? [6, 4] : [],
    ends: ["none", "none"],
    dim,
  });
  if (drop < 34) return;
  picture.write({
    text: status === "ok" ? String(edges.length) : `${count} of ${edges.length}`,
    x: end.x + 5,
    y: end.y - 11,
    font: "small",
    tone: "muted",
    dim,
  });
  picture.sign(status, end.x - 9, end.y - 12, 12);
}
