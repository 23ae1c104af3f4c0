import { hostPart } from "../state/names";
import type { Font } from "./items";

/** The width of a text in pixels. */
export type Measure = (text: string, font: Font) => number;

/** The fonts of the map: nothing is smaller than 12 pixels. */
export const fonts: Readonly<Record<Font, string>> = {
  site: '600 18px "Inter", sans-serif',
  title: '600 14px "Inter", sans-serif',
  name: '400 13px "Inter", sans-serif',
  strong: '600 12px "Inter", sans-serif',
  small: '400 12px "Inter", sans-serif',
  mono: '400 12px "JetBrains Mono", monospace',
};

export const lineHeight: Readonly<Record<Font, number>> = {
  site: 22,
  title: 18,
  name: 16,
  strong: 15,
  small: 15,
  mono: 15,
};

/** Fewer letters than this, an ellipsis included, name nothing. */
const leastLetters = 5;

/**
 * The text, or as much of its beginning and end as fits around an ellipsis;
 * undefined when too little would be left. Names differ at their ends, so the
 * middle goes.
 */
export function fitText(
  text: string,
  font: Font,
  width: number,
  measure: Measure,
): string | undefined {
  if (text === "") return undefined;
  if (measure(text, font) <= width) return text;
  const letters = [...text];
  let least = leastLetters;
  let most = letters.length - 1;
  let best: string | undefined;
  while (least <= most) {
    const middle = (least + most) >> 1;
    const short = shortened(letters, middle);
    if (measure(short, font) <= width) {
      best = short;
      least = middle + 1;
    } else {
      most = middle - 1;
    }
  }
  return best;
}

/** A name as far as it fits: whole; else without its domain; else shortened in the middle. */
export function fitName(
  name: string,
  font: Font,
  width: number,
  measure: Measure,
): string | undefined {
  if (measure(name, font) <= width) return name === "" ? undefined : name;
  return fitText(hostPart(name), font, width, measure);
}

/** As many of the parts, from the first, as fit beside each other; the first shortened if need be. */
export function fitParts(
  parts: readonly string[],
  between: string,
  font: Font,
  width: number,
  measure: Measure,
): string {
  const there = parts.filter((part) => part !== "");
  for (let most = there.length; most > 0; most--) {
    const text = there.slice(0, most).join(between);
    if (measure(text, font) <= width) return text;
  }
  return fitText(there[0] ?? "", font, width, measure) ?? "";
}

/** The first form of which all parts fit beside each other, else as many parts as fit of the last; no part is shortened. */
export function fitForms(
  forms: readonly (readonly string[])[],
  between: string,
  font: Font,
  width: number,
  measure: Measure,
): string {
  const last = forms.at(-1) ?? [];
  const fewer = last.slice(1).map((_, i) => last.slice(0, last.length - 1 - i));
  const texts = [...forms, ...fewer].map((parts) => parts.join(between));
  return texts.find((text) => measure(text, font) <= width) ?? "";
}

/** Fewer letters than this of an owner's name are nobody. */
const leastOfOwner = 4;

/**
 * "owner: platform team" as far as it fits: without its last words, then without
 * the label, then without its last letters. What tells owners apart comes first
 * in their names, so the end goes. Of nobody, that it is nobody's; "" when too
 * little would be left.
 */
export function fitOwner(
  label: string,
  owner: string,
  width: number,
  measure: Measure,
  font: Font = "small",
): string {
  const fits = (text: string): boolean => measure(text, font) <= width;
  if (owner === "") return ["owner: unknown", "no owner", "owner?"].find(fits) ?? "";
  const words = owner.split(" ");
  const starts = words.slice(1).map((_, i) => `${words.slice(0, words.length - 1 - i).join(" ")}…`);
  const labelled = [owner, ...starts].map((text) => `${label}${text}`);
  const found = [...labelled, owner, ...starts].find(fits);
  if (found !== undefined) return found;
  const letters = [...owner];
  for (let most = letters.length - 1; most >= leastOfOwner; most--) {
    const text = `${letters.slice(0, most).join("").trimEnd()}…`;
    if (fits(text)) return text;
  }
  return "";
}

/** So many letters of a text, one of them the ellipsis in its middle. */
function shortened(letters: readonly string[], count: number): string {
  const kept = count - 1;
  const end = Math.ceil(kept / 2);
  return `${letters.slice(0, kept - end).join("")}…${letters.slice(letters.length - end).join("")}`;
}

/** "3 min", "2 h", "5 d": how long ago something was. */
export function ageText(ms: number): string {
  const minutes = Math.max(1, Math.floor(ms / 60_000));
  if (minutes < 60) return `${minutes} min`;
  return minutes < 1440 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}

/** Measures each text once; forgets all when it has many. */
export function rememberWidths(measure: Measure, most = 4_000): Measure {
  const widths = new Map<string, number>();
  return (text, font) => {
    const key = `${font} ${text}`;
    const held = widths.get(key);
    if (held !== undefined) return held;
    if (widths.size >= most) widths.clear();
    const width = measure(text, font);
    widths.set(key, width);
    return width;
  };
}
