import { Cell } from "../state/cell";

/** A choice that this browser remembers, where it may. */
export function rememberedChoice(key: string): Cell<boolean> {
  const cell = new Cell(read(key) === "yes");
  cell.watch((chosen) => remember(key, chosen ? "yes" : "no"));
  return cell;
}

/** One of several words, likewise; the first of them until one was chosen. */
export function rememberedWord<T extends string>(
  key: string,
  words: readonly [T, ...T[]],
): Cell<T> {
  const held = read(key);
  const cell = new Cell<T>(words.find((word) => word === held) ?? words[0]);
  cell.watch((chosen) => remember(key, chosen));
  return cell;
}

function remember(key: string, word: string): void {
  try {
    localStorage.setItem(key, word);
  } catch {
    // Storage may be switched off; the choice then lasts as long as the page.
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
