import type { Theme } from "../state/view";

const key = "netseam-theme";

/** Puts a theme on the page; "auto" follows the system. */
export function showTheme(theme: Theme): void {
  const dark = theme === "dark" || (theme === "auto" && systemIsDark().matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

export function rememberTheme(theme: Theme): void {
  try {
    localStorage.setItem(key, theme);
  } catch {
    // Storage may be switched off; the choice then lasts as long as the page.
  }
}

export function rememberedTheme(): Theme {
  try {
    const held = localStorage.getItem(key);
    return held === "dark" || held === "light" ? held : "auto";
  } catch {
    return "auto";
  }
}

export function systemIsDark(): MediaQueryList {
  return matchMedia("(prefers-color-scheme: dark)");
}

export function wantsLessMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
