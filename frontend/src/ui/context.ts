import { getContext } from "svelte";
import type { Page } from "./page";

export const pageKey = "netseam-page";

/** The page that a component is on. */
export function getPage(): Page {
  return getContext<Page>(pageKey);
}

/** What a computation gives; the version is named so that Svelte computes anew when it changes. */
export function asOf<T>(_version: number, compute: () => T): T {
  return compute();
}
