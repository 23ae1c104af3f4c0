import type { Freshness } from "../state/freshness";
import { isFresh, type Status } from "../state/freshness";
import { ScopeState } from "../state/words";
import { ageText, timeText } from "./clock";

/** "fresh", "stale since 14:02:10 (3 min)": how far something may be believed. */
export function freshnessText({ state, sinceMs }: Freshness, nowMs: number): string {
  switch (state) {
    case "fresh":
      return "fresh";
    case "stale":
      return sinceMs === 0
        ? "stale"
        : `stale since ${timeText(sinceMs, nowMs)} (${ageText(nowMs - sinceMs)})`;
    case "unknown":
      return "not heard of yet";
    case "unsaid":
      return "concluded from what else is known";
  }
}

/** A source's or scope's state as one of the signs of the map. */
export function statusOfState(state: number): Status {
  if (isFresh(state)) return "ok";
  if (state === ScopeState.unreachable || state === ScopeState.unauthorised) return "down";
  if (state === ScopeState.stale || state === ScopeState.forbidden) return "degraded";
  return "unknown";
}

/** What the server notes of a state, said once: "link down" of "link down · down". A port that is disputed is not known. */
export function noteText(note: string, isDisputed = false): string {
  const parts = note.split(" · ");
  return parts
    .filter((part, i) => !parts.some((other, j) => j !== i && other.endsWith(` ${part}`)))
    .filter((part) => !isDisputed || (part !== "known" && part !== "port known"))
    .filter((part) => part !== "link down" || !parts.includes("admin down"))
    .join(" · ");
}
