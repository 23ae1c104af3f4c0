import type { Box } from "../state/graph";
import { Kind, Role } from "../state/words";
import type { Ill } from "./ill";
import type { Owners } from "./owners";
import type { Scene } from "./scene";
import { type Rect, union } from "./space";
import { Strands } from "./strands";
import { reachOf } from "./streets";
import type { Ranks } from "./worst";

/**
 * Where everything is in the world, and what is drawn of it at a scale. Built
 * anew when the scene changes; everything in it is computed when first asked
 * for, so its cost is that of what is looked at.
 */
export class Geometry {
  readonly scene: Scene;
  readonly #rects = new Map<number, Rect | undefined>();
  readonly #kinds = new Map<number, number>();
  readonly #boxes = new Map<number, Box | undefined>();
  /** What texts of rows became at a width, by whoever fits them. */
  readonly fitted = new Map<string, readonly string[] | undefined>();
  /** Who answers for both sides of seams, by whoever finds that out. */
  readonly owners = new Map<number, Owners>();
  /** What hosts are called in the box of their holder, by whoever finds that out. */
  readonly boxNames = new Map<number, ReadonlyMap<number, string>>();
  /** What is not well in closed boxes, likewise. */
  readonly ill = new Map<number, readonly Ill[]>();
  /** Which sites and regions are the worst, likewise; by kind. */
  readonly ranks = new Map<number, Ranks>();
  readonly #openScales = new Map<number, number>();
  readonly #bands = new Map<number, Band>();
  readonly #grounds = new Map<number, number>();

  readonly strands: Strands;

  constructor(scene: Scene) {
    this.scene = scene;
    this.strands = new Strands(scene, this);
  }

  /**
   * Where the node of a NIC (or what stands for it) meets the network: its
   * cluster, or the part of it at another site; 0 where the node stands in the
   * rack that it hangs on.
   */
  seat(nic: number, cluster: number): number {
    const node = this.holder(nic, Kind.node);
    const frame = node === 0 ? 0 : this.frame(node);
    if (frame === 0 || frame === cluster || this.kindOf(frame) !== Kind.site) return cluster;
    const parts = this.scene.furnitureIn(frame).filter((id) => {
      const piece = this.scene.furniture(id);
      return piece?.role === Role.part && piece.of === cluster;
    });
    return parts[0] ?? (this.holder(node, Kind.cluster) === cluster ? cluster : 0);
  }

  /** The vertex's box in the world, or undefined when it has none. */
  rect(id: number): Rect | undefined {
    const held = this.#rects.get(id);
    if (held !== undefined || this.#rects.has(id)) return held;
    this.#rects.set(id, undefined); // a circle of frames ends here
    const box = this.box(id);
    if (box === undefined) return undefined;
    const frame = box.frame === 0 ? { x: 0, y: 0 } : this.rect(box.frame);
    if (frame === undefined) return undefined;
    const rect = { x: frame.x + box.x, y: frame.y + box.y, w: box.w, h: box.h };
    this.#rects.set(id, rect);
    return rect;
  }

  /** What holds the vertex on the map; 0 for what stands by itself. */
  frame(id: number): number {
    return this.box(id)?.frame ?? 0;
  }

  /** The vertex's box in its frame. */
  box(id: number): Box | undefined {
    const held = this.#boxes.get(id);
    if (held !== undefined || this.#boxes.has(id)) return held;
    const box = this.scene.box(id);
    this.#boxes.set(id, box);
    return box;
  }

  kindOf(id: number): number {
    const held = this.#kinds.get(id);
    if (held !== undefined) return held;
    const kind = this.scene.kindOf(id);
    this.#kinds.set(id, kind);
    return kind;
  }

  /** All that there is, and the ground north of it on which cables between sites run. */
  bounds(): Rect | undefined {
    const boxes = this.scene.childrenOf(0).flatMap((id) => this.rect(id) ?? []);
    const all = union(boxes);
    const isJoined = this.scene
      .childrenOf(0)
      .some((id) => this.kindOf(id) === Kind.site && this.strands.crossing(id).length > 0);
    if (all === undefined || !isJoined) return all;
    const room = reachOf(boxes);
    return { ...all, y: all.y - room, h: all.h + room };
  }

  /** The nearest vertex of a kind that holds this one, itself included; 0 if none does. */
  holder(id: number, kind: number): number {
    for (let at = id, depth = 0; at !== 0 && depth < 16; depth++) {
      if (this.kindOf(at) === kind) return at;
      at = this.frame(at);
    }
    return 0;
  }

  /** Says whether one vertex is in another's box, at any depth. */
  holds(outer: number, id: number): boolean {
    for (let at = this.frame(id), depth = 0; at !== 0 && depth < 16; depth++) {
      if (at === outer) return true;
      at = this.frame(at);
    }
    return false;
  }

  /**
   * The scale from which a container shows its members: they are large enough
   * to see, and its title has room above them. Infinite without members.
   */
  openScale(id: number): number {
    const held = this.#openScales.get(id);
    if (held !== undefined) return held;
    const scale = openScale(this, id);
    this.#openScales.set(id, scale);
    return scale;
  }

  /** Where an open container's title stands. */
  titleBand(id: number): Band {
    const held = this.#bands.get(id);
    if (held !== undefined) return held;
    const band = titleBand(this.scene, id);
    this.#bands.set(id, band);
    return band;
  }

  /** Units between a box and what stands next above it in the same frame. */
  groundAbove(id: number): number {
    const held = this.#grounds.get(id);
    if (held !== undefined) return held;
    const ground = groundAbove(this.scene, id);
    this.#grounds.set(id, ground);
    return ground;
  }
}

/** A strip of a box, in units from its top. */
export type Band = { readonly top: number; readonly bottom: number };

/** Pixels that the smaller side of a member needs, for its container to show members. */
function leastSide(kind: number): number {
  switch (kind) {
    case Kind.site:
    case Kind.cluster:
      return 64;
    case Kind.namespace:
      return 24;
    case Kind.node:
    case Kind.device:
      return 14;
    case Kind.pod:
    case Kind.port:
      return 5;
    default:
      return 10;
  }
}

/** More devices than this are a carpet of boxes and cables, until each has its name. */
const crowd = 24;
/** Pixels that the smaller side of a device needs for its name. */
const leastNamed = 26;

/** Pixels of a strip from which a container opens for it: a title has room in it, also a little farther away. */
const openStrip = 15.5;
/** Pixels of ground above it, likewise: for a title outside and a seam. */
const openGround = 28;

function groundAbove(scene: Scene, id: number): number {
  const box = scene.box(id);
  if (box === undefined) return 0;
  let floor = box.frame === 0 ? Number.NEGATIVE_INFINITY : 0;
  for (const sibling of scene.childrenOf(box.frame)) {
    const other = sibling === id ? undefined : scene.box(sibling);
    if (other === undefined || other.x >= box.x + box.w || box.x >= other.x + other.w) continue;
    if (other.y + other.h <= box.y) floor = Math.max(floor, other.y + other.h);
  }
  return box.y - floor;
}

/** Where an open container's title stands: below NICs on the top edge, above all else. In units. */
function titleBand(scene: Scene, id: number): Band {
  let top = 0;
  let bottom = Number.POSITIVE_INFINITY;
  for (const child of scene.childrenOf(id)) {
    const box = scene.box(child);
    if (box === undefined) continue;
    if (scene.kindOf(child) === Kind.nic) top = Math.max(top, box.y + box.h);
    else bottom = Math.min(bottom, box.y);
  }
  for (const piece of scene.furnitureIn(id)) {
    const area = scene.furniture(piece);
    if (area !== undefined && !isFloor(area.role)) bottom = Math.min(bottom, area.y);
  }
  const height = scene.box(id)?.h ?? 0;
  return { top, bottom: Math.min(Math.max(bottom, top), height) };
}

/** Shades of ground, on which a title may stand. */
function isFloor(role: number): boolean {
  return role === Role.tier || role === Role.gutter;
}

/** Kinds whose title may stand on the ground above them while their own strip is too low for it. */
export function hasTitleOutside(kind: number): boolean {
  return kind === Kind.site || kind === Kind.cluster || kind === Kind.region;
}

function openScale(geometry: Geometry, id: number): number {
  const { scene } = geometry;
  let scale = Number.POSITIVE_INFINITY;
  let devices = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const child of scene.childrenOf(id)) {
    const box = scene.box(child);
    const kind = scene.kindOf(child);
    // NICs are on the edge of the card either way.
    if (box === undefined || kind === Kind.nic) continue;
    const side = Math.max(1, Math.min(box.w, box.h));
    scale = Math.min(scale, leastSide(kind) / side);
    if (kind === Kind.device) {
      devices++;
      least = Math.min(least, side);
    }
  }
  if (!Number.isFinite(scale)) return scale;
  if (devices > crowd) scale = Math.max(scale, leastNamed / least);
  const { top, bottom } = geometry.titleBand(id);
  const strip = Math.max(1, bottom - top);
  const inside = openStrip / strip;
  const outside = hasTitleOutside(scene.kindOf(id))
    ? openGround / geometry.groundAbove(id)
    : inside;
  return Math.max(scale, Math.min(inside, outside));
}
