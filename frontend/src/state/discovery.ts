import type { RestDiscovery } from "../api/rest";
import type { Status } from "./freshness";

type Item = RestDiscovery["items"][number];
export type SearchState = Item["state"];

/** The states of an address, those that somebody may want to do something about first. */
export const searchStates: readonly SearchState[] = [
  ...(["locked", "unreachable", "refused"] as const),
  ...(["trying", "queued", "found", "duplicate"] as const),
];

/** What a state means, and what to do. */
export const searchMeans: Readonly<Record<SearchState, string>> = {
  locked: "There, and takes none of the credentials: add a set that it knows.",
  unreachable:
    "Silent to all credentials, or no SNMP there: a wrong community is met with silence.",
  refused: "The rules forbid to ask it: it stays unmanaged.",
  trying: "Being asked.",
  queued: "Waits for its turn.",
  found: "A device that was not known before: it is read as if it were listed.",
  duplicate: "One more address of a device that is known.",
};

export function searchStatus(state: SearchState): Status {
  if (state === "locked" || state === "unreachable") return "degraded";
  return state === "found" || state === "duplicate" ? "ok" : "unknown";
}

/** How far it is, in one sentence. */
export function progressText({ running, dry_run, counts }: RestDiscovery): string {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const waiting = (counts.queued ?? 0) + (counts.trying ?? 0);
  const dry = dry_run ? " A dry run: nobody but the seeds is asked." : "";
  const addresses = `${all} address${all === 1 ? "" : "es"}`;
  if (running) return `Searching: ${all - waiting} of ${addresses} done.${dry}`;
  return `At rest: ${addresses} known, none waits.${dry}`;
}

/** Where it begins, and how far it may go. */
export function rulesText(report: RestDiscovery): string {
  const { seeds, allow, deny, max_depth, max_devices } = report;
  const parts = [
    seeds.length === 0 ? "from the switches that are listed" : `from ${seeds.join(", ")}`,
    allow.length === 0 ? "within no prefix" : `within ${allow.join(", ")}`,
    ...(deny.length === 0 ? [] : [`but not ${deny.join(", ")}`]),
    `at most ${max_depth} hops and ${max_devices} devices`,
  ];
  return `It goes ${parts.join("; ")}.`;
}

/** Whether a device is read, or drawn only by what others say of it. */
export function managedText({ state, source }: Item): string {
  if (source !== undefined) return `managed, as ${source}`;
  if (state === "queued" || state === "trying") return "not asked yet";
  return state === "duplicate" ? "known by another address" : "unmanaged";
}

/** Who told of an address. */
export function toldBy({ via_name, protocol, depth }: Item): string {
  if (via_name === undefined || via_name === "") return "a seed";
  const hops = `${depth} hop${depth === 1 ? "" : "s"}`;
  return `${via_name}${protocol === undefined ? "" : ` by ${protocol.toUpperCase()}`}, ${hops}`;
}
