import { holdersOf } from "./cables";
import type { Row } from "./tables";
import type { World } from "./world";

/**
 * The rows in which every word of a filter occurs. "is:down" asks for a state,
 * "in:fra1" for what stands in something of that name; a name with spaces is
 * written in:"row 1".
 */
export function filterRows(world: World, rows: readonly Row[], filter: string): readonly Row[] {
  const tests = wordsOf(filter).map((word) => testOf(world, word));
  if (tests.length === 0) return rows;
  return rows.filter((row) => tests.every((fits) => fits(row)));
}

/** A filter for what stands in a vertex and has this state. */
export function filterFor(within: string, status: string): string {
  return `in:${/\s/.test(within) ? `"${within}"` : within} is:${status}`;
}

function wordsOf(filter: string): string[] {
  return (filter.toLowerCase().match(/(?:in:)?"[^"]*"?|\S+/g) ?? []).map((word) =>
    word.replaceAll('"', ""),
  );
}

function testOf(world: World, word: string): (row: Row) => boolean {
  if (word.startsWith("is:"))
    return ({ status, sign }) => [status, sign].some((one) => one === word.slice(3));
  if (word.startsWith("in:")) return (row) => standsIn(world, row, word.slice(3));
  return ({ cells }) => cells.some((cell) => cell.toLowerCase().includes(word));
}

function standsIn(world: World, { selection: { type, id } }: Row, name: string): boolean {
  const edge = type === "edge" ? world.edgeById(id) : undefined;
  const ids = edge === undefined ? [id] : [edge.a, edge.b];
  return ids.some((each) => namesAround(world, each).includes(name));
}

/** The names of what holds a vertex, by place and by what controls it. */
function namesAround(world: World, id: number): string[] {
  const controller = world.vertex(id)?.controller ?? 0;
  const above = controller === 0 ? [] : [controller];
  return [id, ...above]
    .flatMap((each) => holdersOf(world, each))
    .concat(above.flatMap((each) => world.vertex(each) ?? []))
    .map((vertex) => vertex.name.toLowerCase());
}
