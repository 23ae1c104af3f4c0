import { Kind } from "../state/words";
import { boxName } from "./box-names";
import { roomInside } from "./cards";
import type { Font } from "./items";
import type { Picture } from "./picture";
import { type Named, rowNames } from "./row-names";
import { clamp } from "./space";
import { signRoom as beforeName, insetOf } from "./titles";

// Names of what stands in a row: all of the row or none of it. A row in which
// a few are named at random says that the others have no name.

/** Cells lower than this have no room for a name. */
const leastHeight = 13;

/** What a closed card is called: a name that leaves room for the signs beside it, or that takes it all. */
export type CardName = {
  readonly text: string;
  readonly font: Font;
  readonly isBesideSigns: boolean;
};

/** What to write on the closed cards among the members. */
export function cardNames(picture: Picture, members: readonly number[]): Map<number, CardName> {
  const named = new Map<number, CardName>();
  for (const row of rowsOf(picture, members, (kind) => !isNamedCell(kind))) {
    const cards = row.filter((id) => !picture.detail.isOpen(id));
    const found = rowOfNames(picture, cards);
    cards.forEach((id, i) => {
      const text = found?.names[i];
      if (found !== undefined && text !== undefined) named.set(id, { ...found, text });
    });
  }
  return named;
}

/** Rather smaller than shortened, rather shortened than over signs, and rather over signs than not at all. */
function rowOfNames(picture: Picture, cards: readonly number[]) {
  for (const [font, isBesideSigns, mustBeWhole] of [
    ["name", true, true],
    ["small", true, true],
    ["name", true, false],
    ["small", true, false],
    ["name", false, false],
    ["small", false, false],
  ] as const) {
    const names = namesOf(picture, cards, font, (id) => edgeRoom(picture, id, isBesideSigns));
    if (names !== undefined && (!mustBeWhole || isWhole(picture, cards, names)))
      return { names, font, isBesideSigns };
  }
  return undefined;
}

function isWhole(
  { geometry }: Picture,
  cards: readonly number[],
  names: readonly string[],
): boolean {
  return cards.every((id, i) => boxName(geometry, id) === names[i]);
}

/** What a card's edges take of its width, and the signs before and behind its name. */
function edgeRoom(picture: Picture, id: number, withSigns: boolean): number {
  const rect = picture.rect(id);
  const vertex = picture.scene.vertex(id);
  if (rect === undefined || vertex === undefined) return 0;
  const own = vertex.status === "ok" || (!withSigns && rect.w < 60) ? 0 : beforeName;
  const inside = withSigns ? roomInside(picture, vertex) : 0;
  return 2 * insetOf(rect) + own + inside;
}

/** The names of a row, worked out once for a scale: while the map is only moved they stay as they are. */
function namesOf(
  picture: Picture,
  row: readonly number[],
  font: Font,
  taken: (id: number) => number,
): readonly string[] | undefined {
  const { geometry, camera, measure } = picture;
  const wide = row.reduce((sum, id) => sum + taken(id), 0);
  const key = `${row[0]} ${row.at(-1)} ${row.length} ${font} ${wide} ${camera.scale}`;
  const held = geometry.fitted.get(key);
  if (held !== undefined || geometry.fitted.has(key)) return held;
  if (geometry.fitted.size > mostFitted) geometry.fitted.clear();
  const names = rowNames(
    row.map((id) => namedOf(picture, id, taken(id))),
    font,
    measure,
  );
  geometry.fitted.set(key, names);
  return names;
}

/** Rows that are kept at most: those of a few zoom steps of a full screen. */
const mostFitted = 4_000;

function namedOf(picture: Picture, id: number, taken: number): Named {
  const width = picture.rect(id)?.w ?? 0;
  return { name: boxName(picture.geometry, id), width: width - taken };
}

/** Members that stand side by side and are of one kind. */
function rowsOf(
  { geometry, scene }: Picture,
  members: readonly number[],
  which: (kind: number) => boolean,
): Iterable<number[]> {
  const rows = new Map<string, number[]>();
  for (const id of members) {
    const box = geometry.box(id);
    const kind = geometry.kindOf(id);
    if (box === undefined || !which(kind)) continue;
    // In racks nodes of several clusters stand side by side.
    const key = `${kind} ${box.y} ${kind === Kind.node ? scene.vertex(id)?.parent : ""}`;
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
    case Kind.ingress:
    case Kind.gateway:
    case Kind.route:
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
  const taken = (id: number): number => 4 + signRoom(picture, id, rect.h);
  if (picture.geometry.kindOf(first) === Kind.segment) {
    for (const id of row) label(picture, id, segmentName(picture, id, taken(id)), font);
    return;
  }
  const names = namesOf(picture, row, font, taken);
  if (names === undefined) return;
  row.forEach((id, i) => {
    label(picture, id, names[i] ?? "", font);
  });
}

/** A segment's name ("segment at leaf1 Ethernet1/3"), else what it is: half of the name would say less. */
function segmentName(picture: Picture, id: number, taken: number): string {
  const { name, width } = namedOf(picture, id, taken);
  const forms = [name, "segment", "seg"];
  return forms.find((text) => picture.measure(text, "small") <= width) ?? "";
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
