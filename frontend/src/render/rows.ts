import { Kind } from "../state/words";
import type { Font } from "./items";
import type { Picture } from "./picture";
import { type Named, rowNames } from "./row-names";
import { clamp } from "./space";
import { signRoom as beforeName, insetOf } from "./titles";

// Names of what stands in a row: all of the row or none of it. A row in which
// a few are named at random says that the others have no name.

/** Cells lower than this have no room for a name. */
const leastHeight = 13;

/** What to write on the closed cards among the members. */
export function cardNames(picture: Picture, members: readonly number[]): Map<number, string> {
  const named = new Map<number, string>();
  for (const row of rowsOf(picture, members, (kind) => !isNamedCell(kind))) {
    const cards = row.filter((id) => !picture.detail.isOpen(id));
    const names = namesOf(picture, cards, "name", (id) => headRoom(picture, id));
    cards.forEach((id, i) => {
      const name = names?.[i];
      if (name !== undefined) named.set(id, name);
    });
  }
  return named;
}

/** What a card's edges take of its width, and the sign of its state before its name. */
function headRoom(picture: Picture, id: number): number {
  const rect = picture.rect(id);
  if (rect === undefined) return 0;
  const sign = rect.w < 60 || picture.scene.vertex(id)?.status === "ok" ? 0 : beforeName;
  return 2 * insetOf(rect) + sign;
}

/** The names of a row, worked out once for a scale: while the map is only moved they stay as they are. */
function namesOf(
  picture: Picture,
  row: readonly number[],
  font: Font,
  taken: (id: number) => number,
): readonly string[] | undefined {
  const { geometry, camera, measure } = picture;
  const key = `${row[0]} ${row.at(-1)} ${row.length} ${font} ${camera.scale}`;
  const held = geometry.fitted.get(key);
  if (held !== undefined || geometry.fitted.has(key)) return held;
  if (geometry.fitted.size > mostFitted) geometry.fitted.clear();
  const names = rowNames(
    row.map((id) => namedOf(picture, id, taken(id))),
    font,
    measure,
    holdersOf(picture, row[0] ?? 0),
  );
  geometry.fitted.set(key, names);
  return names;
}

/** The names of what a vertex belongs to and stands in, the nearest first. */
function holdersOf({ scene }: Picture, id: number): string[] {
  const names: string[] = [];
  for (let at = scene.vertex(id)?.parent ?? 0; at !== 0 && names.length < 4; ) {
    const holder = scene.vertex(at);
    if (holder !== undefined) names.push(holder.name);
    at = holder?.parent ?? 0;
  }
  return names;
}

/** Rows that are kept at most: those of a few zoom steps of a full screen. */
const mostFitted = 4_000;

function namedOf(picture: Picture, id: number, taken: number): Named {
  const width = picture.rect(id)?.w ?? 0;
  return { name: picture.scene.vertex(id)?.name ?? "", width: width - taken };
}

/** Members that stand side by side and are of one kind. */
function rowsOf(
  { geometry }: Picture,
  members: readonly number[],
  which: (kind: number) => boolean,
): Iterable<number[]> {
  const rows = new Map<string, number[]>();
  for (const id of members) {
    const box = geometry.box(id);
    const kind = geometry.kindOf(id);
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
    case Kind.segment:
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
  const [first] = row;
  const rect = first === undefined ? undefined : picture.rect(first);
  if (first === undefined || rect === undefined || rect.h < leastHeight) return;
  const font: Font = isInterface(picture.geometry.kindOf(first)) ? "mono" : "small";
  const names = namesOf(picture, row, font, (id) => 4 + signRoom(picture, id, rect.h));
  if (names === undefined) return;
  row.forEach((id, i) => {
    label(picture, id, names[i] ?? "", font);
  });
}

/** Pixels that the sign of a cell's state takes from its name. */
function signRoom({ scene }: Picture, id: number, height: number): number {
  return scene.vertex(id)?.status === "ok" ? 0 : clamp(height, 9, 14) + 4;
}

function label(picture: Picture, id: number, text: string, font: Font): void {
  const rect = picture.rect(id);
  if (rect === undefined || !picture.isSeen(rect)) return;
  const sign = signRoom(picture, id, rect.h);
  const x = rect.x + sign + (rect.w - sign) / 2;
  picture.write({
    id,
    text,
    x,
    y: rect.y + rect.h / 2,
    font,
    align: "center",
    dim: picture.isDim(id),
  });
}

function isInterface(kind: number): boolean {
  return kind === Kind.port || kind === Kind.nic || kind === Kind.lag;
}
