import { Kind } from "../state/words";
import type { Font } from "./items";
import type { Picture } from "./picture";
import { clamp } from "./space";
import { fitName } from "./texts";
import { inset } from "./titles";

// Names of what stands in a row: all of the row or none of it. A row in which
// a few are named at random says that the others have no name.

/** Cards of a row in which not every name has room: then none is named. */
export function unnamedCards(picture: Picture, members: readonly number[]): Set<number> {
  const unnamed = new Set<number>();
  for (const row of rowsOf(picture, members, (kind) => !isNamedCell(kind))) {
    if (row.every((id) => cardHasName(picture, id))) continue;
    for (const id of row) unnamed.add(id);
  }
  return unnamed;
}

function cardHasName(picture: Picture, id: number): boolean {
  const rect = picture.rect(id);
  const vertex = picture.scene.vertex(id);
  if (rect === undefined || vertex === undefined || picture.detail.isOpen(id)) return true;
  return fitName(vertex.name, "name", rect.w - 2 * inset, picture.measure) !== undefined;
}

/** Members that stand side by side and are of one kind. */
function rowsOf(
  { scene }: Picture,
  members: readonly number[],
  which: (kind: number) => boolean,
): Iterable<number[]> {
  const rows = new Map<string, number[]>();
  for (const id of members) {
    const box = scene.box(id);
    const kind = scene.kindOf(id);
    if (box === undefined || !which(kind)) continue;
    const key = `${kind} ${box.y}`;
    const row = rows.get(key);
    if (row === undefined) rows.set(key, [id]);
    else row.push(id);
  }
  return rows.values();
}

/** Names cells row by row. */
export function labelRows(picture: Picture, members: readonly number[]): void {
  for (const row of rowsOf(picture, members, isNamedCell)) labelRow(picture, row);
}

function isNamedCell(kind: number): boolean {
  switch (kind) {
    case Kind.port:
    case Kind.lag:
    case Kind.nic:
    case Kind.pod:
    case Kind.workload:
    case Kind.service:
    case Kind.vip:
      return true;
    default:
      return false;
  }
}

function labelRow(picture: Picture, row: readonly number[]): void {
  const labels = row.map((id) => label(picture, id));
  if (labels.some((one) => one === undefined)) return;
  for (const one of labels) {
    if (one !== undefined && picture.isSeen(one.rect)) picture.write(one.item);
  }
}

function label(picture: Picture, id: number) {
  const rect = picture.rect(id);
  const vertex = picture.scene.vertex(id);
  if (rect === undefined || vertex === undefined || rect.h < 13) return undefined;
  const isInterface =
    vertex.kind === Kind.port || vertex.kind === Kind.nic || vertex.kind === Kind.lag;
  const font: Font = isInterface ? "mono" : "small";
  const sign = vertex.status === "ok" ? 0 : clamp(rect.h, 9, 14) + 4;
  const width = rect.w - 4 - sign;
  const text = width < 12 ? undefined : fitName(vertex.name, font, width, picture.measure);
  if (text === undefined) return undefined;
  const x = rect.x + sign + (rect.w - sign) / 2;
  const y = rect.y + rect.h / 2;
  return { rect, item: { id, text, x, y, font, align: "center", dim: picture.isDim(id) } as const };
}
