import type { Furniture } from "../state/graph";
import { Kind, Role } from "../state/words";
import type { BoxItem, Tone } from "./items";
import type { Picture } from "./picture";
import { overlaps, type Rect } from "./space";
import { fitOwner, fitParts, fitText } from "./texts";
import { inset } from "./titles";

/** Pixels above what stands in an area that its name needs. */
const leastHead = 15;

/** Draws the furniture of an open container: what is there besides its members. */
export function drawAreas(picture: Picture, container: number): void {
  for (const id of picture.scene.furnitureIn(container)) {
    const piece = picture.scene.furniture(id);
    const rect = picture.rect(id);
    if (piece === undefined || rect === undefined || !picture.isSeen(rect)) continue;
    if (piece.role === Role.gutter) continue; // cables run there; it looks like the ground that it is
    const dim = isDim(picture, piece, container);
    const onSite = picture.geometry.kindOf(container) === Kind.site;
    picture.boxes.push(areaBox(piece, rect, onSite, dim));
    nameArea(picture, piece, rect, onSite, dim);
  }
}

/** A part of a cluster at another site is as bright as its cluster; the rest as what holds it. */
function isDim(picture: Picture, { role, of }: Furniture, container: number): boolean {
  return picture.isDim(role === Role.part ? of : container);
}

function areaBox({ id, role }: Furniture, rect: Rect, onSite: boolean, dim: boolean): BoxItem {
  const isFloor = onSite && (role === Role.rack || role === Role.tier);
  return {
    id,
    kind: 0,
    role,
    look: role === Role.more ? "cell" : isFloor ? "floor" : "area",
    rect,
    tone: toneOf(role),
    status: "ok",
    lastStatus: "ok",
    hollow: role === Role.more,
    disputed: false,
    dim,
  };
}

function toneOf(role: number): Tone {
  switch (role) {
    case Role.bridge:
      return "network";
    case Role.host:
    case Role.part:
      return "node";
    case Role.tray:
    case Role.shelf:
      return "pod";
    default:
      return "place";
  }
}

function nameArea(
  picture: Picture,
  piece: Furniture,
  rect: Rect,
  onSite: boolean,
  dim: boolean,
): void {
  const words = { x: rect.x + inset, font: "small", tone: "muted", dim, rank: "word" } as const;
  const [first = "", ...more] = textsOf(picture, piece);
  if (first === "") return;
  if (piece.role === Role.more || piece.role === Role.bridge) {
    if (rect.h < 13 || picture.measure(first, "small") + 4 > rect.w) return;
    const middle = { x: rect.x + rect.w / 2, y: rect.y + rect.h / 2, align: "center" } as const;
    picture.write({ ...words, ...middle, text: first, tone: "ink", rank: "must" });
    return;
  }
  const isPart = piece.role === Role.part && onSite;
  const y = lineOf(picture, piece, rect, isPart);
  if (y === undefined) return;
  const room = Math.min(rect.x + rect.w, picture.size.w) - words.x - inset;
  const line = { ...words, y, plate: piece.role === Role.zone };
  if (isPart) {
    const owner = picture.scene.vertex(piece.of)?.owner ?? "";
    namePart(picture, line, first, owner, room);
  } else {
    const text = fitParts([first, ...more], " · ", "small", room, picture.measure);
    if (text !== "") picture.write({ ...line, text });
  }
}

/** Where an area's name stands: at its head, a part's else beneath it; nowhere without room. */
function lineOf(
  picture: Picture,
  piece: Furniture,
  rect: Rect,
  isPart: boolean,
): number | undefined {
  if (headOf(picture, piece, rect) >= leastHead) return rect.y + 10;
  return isPart && hasFoot(picture, piece, rect) ? rect.y + rect.h + leastFoot / 2 : undefined;
}

/** A part at another site is what stands there of its cluster: it has a title as clusters have. */
function namePart(
  picture: Picture,
  line: Omit<Parameters<Picture["write"]>[0], "text">,
  name: string,
  owner: string,
  room: number,
): void {
  const text = fitText(name, "title", room, picture.measure);
  if (text === undefined) return;
  picture.write({ ...line, text, font: "title", tone: "ink", rank: "title" });
  const taken = picture.measure(text, "title") + 10;
  const whose = fitOwner("owner: ", owner, room - taken, picture.measure);
  if (whose !== "") picture.write({ ...line, x: line.x + taken, text: whose, rank: "title" });
}

/** Pixels between the top of an area and the first of what stands in it. */
function headOf({ scene, geometry, camera }: Picture, area: Furniture, rect: Rect): number {
  const world = geometry.rect(area.id);
  if (world === undefined) return 0;
  let head = rect.h / camera.scale;
  for (const id of [...scene.childrenOf(area.frame), ...scene.furnitureIn(area.frame)]) {
    const other = id === area.id ? undefined : geometry.rect(id);
    if (other === undefined || !overlaps(other, world) || other.y < world.y) continue;
    head = Math.min(head, other.y - world.y);
  }
  return head * camera.scale;
}

/** Pixels beneath a part that its name needs where it has no room inside: a seam and cables are above it. */
const leastFoot = 20;

/** Says whether the ground beneath an area is free for its name. */
function hasFoot({ scene, geometry, camera }: Picture, area: Furniture, rect: Rect): boolean {
  const world = geometry.rect(area.id);
  if (world === undefined || rect.h < 8) return false;
  const foot = { ...world, y: world.y + world.h, h: leastFoot / camera.scale };
  const holder = geometry.rect(area.frame);
  if (holder === undefined || foot.y + foot.h > holder.y + holder.h) return false;
  return [...scene.childrenOf(area.frame), ...scene.furnitureIn(area.frame)].every((id) => {
    const other = geometry.rect(id);
    const isFloor = scene.furniture(id)?.role === Role.tier;
    return id === area.id || isFloor || other === undefined || !overlaps(other, foot);
  });
}

function trayTexts({ scene, geometry }: Picture, cluster: number): string[] {
  const isLoose = (id: number): boolean => geometry.kindOf(id) === Kind.pod;
  const count = scene.childrenOf(cluster).filter(isLoose).length;
  return [`${count} pod${count === 1 ? "" : "s"} without a node`, "unplaced"];
}

/** What there is to say of an area, the first being the least of it. */
function textsOf(picture: Picture, piece: Furniture): string[] {
  const { role, of, number, text } = piece;
  switch (role) {
    case Role.more:
      return [`+${number}`];
    case Role.tray:
      return trayTexts(picture, of);
    case Role.part:
      return [text];
    case Role.zone:
      return [text, "its network is not visible to us"];
    case Role.shelf:
    case Role.gutter:
      return [];
    default:
      return [text];
  }
}
