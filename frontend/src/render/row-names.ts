import { hostPart } from "../state/names";
import type { Font } from "./items";
import { fitText, type Measure } from "./texts";

/** A name of a row and the pixels that it may take. */
export type Named = { readonly name: string; readonly width: number };

/**
 * What to write for the names of a row: in all of them the same way, or
 * nothing. Whole, else without their domains, else without what those of the row
 * have in common ("…w01", "…49"), else shortened in the middle.
 */
export function rowNames(
  row: readonly Named[],
  font: Font,
  measure: Measure,
): readonly string[] | undefined {
  const fits = (names: readonly string[]): boolean =>
    names.every((name, i) => name !== "" && measure(name, font) <= (row[i]?.width ?? 0));
  const hosts = row.map(({ name }) => hostPart(name));
  for (const names of [row.map(({ name }) => name), hosts]) if (fits(names)) return names;
  for (const letters of [6, 4, 3, 0]) {
    const names = shortStems(hosts, letters);
    if (names !== undefined && fits(names)) return names;
  }
  const short = hosts.map((name, i) => fitText(name, font, row[i]?.width ?? 0, measure));
  return short.every((name) => name !== undefined) ? short : undefined;
}

/**
 * The names with "…" for a beginning that another of the row has, too, but for
 * its first letters; undefined if two would become the same.
 */
function shortStems(names: readonly string[], letters: number): string[] | undefined {
  const stems = names.map(stemOf);
  const counts = new Map<string, number>();
  for (const stem of stems) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  const short = names.map((name, i) => {
    const stem = stems[i] ?? "";
    if (stem.length <= letters + 1 || (counts.get(stem) ?? 0) < 2) return name;
    return `${stem.slice(0, letters)}…${name.slice(stem.length)}`;
  });
  return new Set(short).size === new Set(names).size ? short : undefined;
}

/** What a name begins with: up to its last separator, else its letters before a number. */
function stemOf(name: string): string {
  const separated = /^(.*[-./_: ])[^-./_: ]+$/.exec(name)?.[1];
  return separated ?? /^(\D+)\d+$/.exec(name)?.[1] ?? "";
}
