import { Cell } from "../state/cell";

/** A choice that this browser remembers, where it may. */
export function rememberedChoice(key: string): Cell<boolean> {
  const cell = new Cell(read(key) === "yes");
  cell.watch((chosen) => {
    try {
      localStorage.setItem(key, chosen ? "yes" : "no");
    } catch {
      // Storage may be switched off; the choice then lasts as long as the page.
    }
  });
  return cell;
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
