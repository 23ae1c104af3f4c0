import type { Edge } from "../state/graph";
import { EdgeKind, Kind, Role } from "../state/words";
import { type Bundle, Bundles, bundleStatus, bundleWidth, isBundleDim } from "./bundles";
import { upright } from "./curves";
import { roomAbove } from "./ground";
import { besideEnd, signOf } from "./marks";
import type { Picture } from "./picture";
import { seamY } from "./seams";
import { clamp, type Point, union } from "./space";
import { spread } from "./spread";
import type { Strand } from "./strands";
import { isBehind, wayToSeam } from "./ways";

/** Pixels between two trunks where they leave a device or arrive at a seam. */
const gap = 16;
/** A trunk with less room than this to fall in has no count. */
const leastDrop = 30;

/** A bundle on its way from a device to a cluster's seam. */
type Trunk = { readonly bundle: Bundle; start: Point; end: Point; nth: number };

const origin: Point = { x: 0, y: 0 };

/**
 * The cables that end at the seams: one bundle for each leaf and cluster, with
 * its count. Those that come from another site are named at the seam instead,
 * with how they are, unless they are selected: what stands between is not theirs.
 */
export function drawTrunks(picture: Picture): void {
  const bundles = new Bundles();
  const far = new Map<number, Map<number, Edge[]>>();
  for (const id of clustersInSight(picture))
    for (const strand of picture.geometry.strands.of(id)) gather(picture, strand, bundles, far);
  const trunks = [...bundles.all()].map(
    (bundle): Trunk => ({ bundle, start: origin, end: origin, nth: 0 }),
  );
  for (const group of grouped(trunks, ({ bundle }) => bundle.to).values())
    placeEnds(picture, group);
  for (const group of grouped(trunks, ({ bundle }) => bundle.from).values())
    placeStarts(picture, group);
  for (const trunk of trunks) drawTrunk(picture, trunk);
  for (const [cluster, sites] of far) nameFar(picture, cluster, sites);
}

/** The clusters that are drawn, and the others of sites that show their insides: their cables may be seen. */
function clustersInSight(picture: Picture): Set<number> {
  const clusters = new Set<number>();
  for (const { kind, id, look } of picture.boxes) {
    if (kind === Kind.cluster) clusters.add(id);
    if (kind === Kind.site && look === "container")
      for (const cluster of clustersAt(picture, id)) clusters.add(cluster);
  }
  return clusters;
}

/** The clusters of a site, and those of which it has a part. */
function clustersAt({ scene, geometry }: Picture, site: number): number[] {
  const whole = scene.childrenOf(site).filter((id) => geometry.kindOf(id) === Kind.cluster);
  const parts = scene.furnitureIn(site).flatMap((id) => {
    const piece = scene.furniture(id);
    return piece?.role === Role.part ? [piece.of] : [];
  });
  return [...whole, ...parts];
}

function gather(
  picture: Picture,
  { device, seat, edges }: Strand,
  bundles: Bundles,
  far: Map<number, Map<number, Edge[]>>,
): void {
  const { geometry, detail } = picture;
  const from = detail.standIn(device);
  if (from === 0 || from === seat) return;
  const site = geometry.holder(device, Kind.site);
  const isFar = site !== geometry.holder(geometry.frame(seat), Kind.site);
  if (isFar) {
    const sites = far.get(seat) ?? new Map<number, Edge[]>();
    far.set(seat, sites.set(site, [...(sites.get(site) ?? []), ...edges]));
  }
  const isSelected = ({ id }: Edge): boolean => picture.focus?.edges.has(id) === true;
  const drawn = edges.filter((edge) => (isFar ? isSelected(edge) : picture.isDrawn(edge)));
  bundles.addAll(drawn, from, seat);
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
  const behind = isBehind(picture, cluster);
  const device = ({ bundle }: Trunk): number => {
    const box = picture.rect(bundle.from);
    return box === undefined ? rect.x : box.x + box.w / 2;
  };
  const ordered = [...trunks].sort(
    (p, q) => device(p) - device(q) || p.bundle.from - q.bundle.from,
  );
  const left = rect.x + 8;
  const right = Math.max(left, rect.x + rect.w - 8);
  const wishes = ordered.map((trunk) => (behind ? right : device(trunk)));
  const places = spread(wishes, gap, left, right);
  ordered.forEach((trunk, i) => {
    trunk.end = { x: places[i] ?? rect.x, y };
    trunk.nth = i;
  });
}

/** Trunks of one device leave its lower edge in the order of where they go. */
function placeStarts(picture: Picture, trunks: Trunk[]): void {
  const box = picture.rect(trunks[0]?.bundle.from ?? 0);
  if (box === undefined) return;
  const [from, to] = [box.x + Math.min(6, box.w / 2), box.x + box.w - Math.min(6, box.w / 2)];
  const ordered = [...trunks].sort((p, q) => p.end.x - q.end.x || p.bundle.to - q.bundle.to);
  const places = spread(
    ordered.map(({ end }) => clamp(end.x, from, to)),
    gap,
    from,
    to,
  );
  ordered.forEach((trunk, i) => {
    trunk.start = { x: places[i] ?? box.x, y: box.y + box.h };
  });
}

function drawTrunk(picture: Picture, { bundle, start, end, nth }: Trunk): void {
  const { edges } = bundle;
  const around = union([start, end].map(({ x, y }) => ({ x, y, w: 0, h: 0 })));
  if (around === undefined || !picture.isSeen(around)) return;
  const { status, count } = bundleStatus(edges);
  const behind = isBehind(picture, bundle.to);
  // What a selection lights is drawn cable by cable instead, unless it is inside of what is selected.
  const isSingle = edges.some(({ id }) => picture.focus?.edges.has(id) === true);
  const dim = isSingle || isBundleDim(picture, edges);
  const ids = edges.map(({ id }) => id);
  const points = behind
    ? wayToSeam(picture, start, end.x, bundle.to, nth)
    : upright(start.x, start.y, end.x, end.y);
  picture.lines.push({
    edges: ids,
    kind: EdgeKind.attach,
    points,
    curve: !behind,
    width: bundleWidth(edges.length),
    tone: "physical",
    status,
    dash: status === "stale" ? [6, 4] : [],
    look: "plain",
    blocked: false,
    ends: ["none", "none"],
    over: false,
    dim,
  });
  if (end.y - start.y < leastDrop || behind) return;
  const text = status === "ok" ? String(edges.length) : `${count} of ${edges.length}`;
  picture.marks.push({ edges: ids, sign: signOf(status), text, spots: besideEnd(points), dim });
}

/** "4 cables from ams1": at the beginning of the seam. */
function nameFar(
  picture: Picture,
  cluster: number,
  sites: ReadonlyMap<number, readonly Edge[]>,
): void {
  const rect = picture.rect(cluster);
  if (rect === undefined || !picture.isSeen(rect) || roomAbove(picture, cluster) < leastDrop + 30)
    return;
  const parts = [...sites].map(([site, edges]) => {
    const name = picture.scene.vertex(site)?.name ?? "elsewhere";
    const { status, count } = bundleStatus(edges);
    const ill = status === "ok" ? "" : `, ${count} ${status}`;
    return `${edges.length} cable${edges.length === 1 ? "" : "s"} from ${name}${ill}`;
  });
  const text = parts.join(", ");
  if (picture.measure(text, "small") > rect.w * 0.4) return;
  const y = seamY(picture, cluster) - 11;
  picture.write({
    text,
    x: rect.x + 2,
    y,
    font: "small",
    tone: "muted",
    plate: true,
    dim: picture.isDim(cluster),
    rank: "word",
  });
}
