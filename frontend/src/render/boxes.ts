import type { Vertex } from "../state/graph";
import { isEmpty } from "../state/rollup";
import { Health, Kind, layerOf, VertexFlag } from "../state/words";
import { drawAreas } from "./areas";
import { cardTexts } from "./cards";
import type { BoxItem, Tone } from "./items";
import type { Picture } from "./picture";
import { type CardName, cardNames, labelRows } from "./rows";
import type { Rect } from "./space";
import { containerTitle } from "./titles";

/** Cells smaller than this have no room for a sign in them. */
const leastSign = 9;

/** Draws the boxes that are seen, the outer before the inner. */
export function drawBoxes(picture: Picture): void {
  for (const id of picture.scene.childrenOf(0)) drawBox(picture, id, wholeName(picture, id));
}

/** What stands by itself has all the room it needs for its name. */
function wholeName({ scene }: Picture, id: number): CardName {
  return { text: scene.vertex(id)?.name ?? "", font: "name", isBesideSigns: true };
}

function drawBox(picture: Picture, id: number, name: CardName | undefined): void {
  const rect = picture.rect(id);
  const vertex = picture.scene.vertex(id);
  if (rect === undefined || vertex === undefined || !picture.isSeen(rect)) return;
  const isCell = !isContainer(vertex.kind);
  const isOpen = !isCell && picture.detail.isOpen(id);
  const box = boxItem(picture, vertex, rect, isCell ? "cell" : isOpen ? "container" : "card");
  picture.boxes.push(box);
  if (isSelected(picture, id)) picture.rings.push({ rect, look: "selected" });
  if (isCell) {
    drawSign(picture, box);
    return;
  }
  const members = picture.scene.childrenOf(id);
  if (!isOpen) {
    cardTexts(picture, vertex, box, name);
    // NICs are on the edge of a node's card whether or not it shows its pods.
    drawMembers(
      picture,
      members.filter((member) => picture.geometry.kindOf(member) === Kind.nic),
    );
    return;
  }
  containerTitle(picture, vertex, box);
  drawAreas(picture, id);
  drawMembers(picture, members);
  labelRows(picture, members);
}

function drawMembers(picture: Picture, members: readonly number[]): void {
  const names = cardNames(picture, members);
  for (const member of members) drawBox(picture, member, names.get(member));
}

function boxItem(picture: Picture, vertex: Vertex, rect: Rect, look: BoxItem["look"]): BoxItem {
  return {
    id: vertex.id,
    kind: vertex.kind,
    role: 0,
    look,
    rect,
    tone: toneOf(vertex.kind),
    status: statusOf(picture, vertex),
    lastStatus: lastStatus(vertex.health),
    hollow: isHollow(picture, vertex),
    disputed: isInterface(vertex.kind) && picture.geometry.strands.isDisputed(vertex.id),
    dim: picture.isDim(vertex.id),
  };
}

/** A site of which nothing has been heard yet is not well: nobody knows how it is. */
function statusOf({ scene }: Picture, { id, kind, status }: Vertex): Vertex["status"] {
  const holds = kind === Kind.site || kind === Kind.region;
  return holds && status === "ok" && isEmpty(scene.rollup(id)) ? "unknown" : status;
}

function drawSign(picture: Picture, { rect, status, kind, hollow }: BoxItem): void {
  const side = Math.min(rect.w, rect.h);
  if (side < leastSign || (kind === Kind.port && status === "unknown")) return;
  // How old it is that nothing is plugged in is the device's to say.
  if (kind === Kind.port && status === "stale" && hollow) return;
  const size = Math.min(12, side - 2);
  // In the middle while there is no room for a name beside it, else on the left edge.
  const x = rect.w > 40 ? rect.x + 4 + size / 2 : rect.x + rect.w / 2;
  picture.sign(status, x, rect.y + rect.h / 2, size);
}

/** Kinds that hold others on the map. */
export function isContainer(kind: number): boolean {
  switch (kind) {
    case Kind.region:
    case Kind.site:
    case Kind.rack:
    case Kind.device:
    case Kind.hypervisor:
    case Kind.cluster:
    case Kind.node:
    case Kind.namespace:
    case Kind.provider:
    case Kind.internet:
      return true;
    default:
      return false;
  }
}

function isInterface(kind: number): boolean {
  return kind === Kind.port || kind === Kind.nic || kind === Kind.lag;
}

function toneOf(kind: number): Tone {
  const layer = layerOf(kind);
  return kind === Kind.cluster ? "node" : layer;
}

/** A port with nothing on it; what is known only from its neighbours; a medium, which is no device. */
function isHollow(picture: Picture, { id, kind, flags }: Vertex): boolean {
  if (kind === Kind.port) return !picture.scene.hasEdges(id);
  return kind === Kind.segment || (flags & VertexFlag.unmanaged) !== 0;
}

function lastStatus(health: number): BoxItem["lastStatus"] {
  if (health === Health.down) return "down";
  if (health === Health.degraded) return "degraded";
  return health === Health.ok ? "ok" : "unknown";
}

/** The selected vertex, or the card that stands for it. */
function isSelected({ focus, detail }: Picture, id: number): boolean {
  return focus?.selection?.type === "vertex" && detail.standIn(focus.selection.id) === id;
}
