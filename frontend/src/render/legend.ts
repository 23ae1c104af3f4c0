import { EdgeKind, type Layer, Role } from "../state/words";
import type { BoxItem, DisplayList, GlyphItem, LineItem } from "./items";

/** A sign of the map and what it says. The page draws a sample of it. */
export type LegendEntry = { readonly sample: Sample; readonly text: string };

export type Sample =
  | `layer-${Layer}`
  | `status-${"degraded" | "down" | "stale" | "unknown" | "disputed"}`
  | "own"
  | "inside"
  | "pulse"
  | "seam"
  | "seam-open"
  | "blocked"
  | "member"
  | "observed"
  | "cable"
  | "bundle"
  | "lag"
  | "stitched"
  | "session"
  | "tunnel"
  | "announced"
  | "endpoint"
  | "end-filled"
  | "end-hollow"
  | "empty"
  | "more"
  | "zone"
  | "bar"
  | "way"
  | "selected";

type Rule = readonly [Sample, string, (list: DisplayList) => boolean];

const sign =
  (one: GlyphItem["sign"]) =>
  ({ glyphs }: DisplayList): boolean =>
    glyphs.some((glyph) => glyph.sign === one);
const layer =
  (one: Layer) =>
  ({ boxes }: DisplayList): boolean =>
    boxes.some(({ tone }) => tone === one);
const line =
  (which: (line: LineItem) => boolean) =>
  ({ lines }: DisplayList): boolean =>
    lines.some(which);
const box =
  (which: (box: BoxItem) => boolean) =>
  ({ boxes }: DisplayList): boolean =>
    boxes.some(which);

/** States are asked after before there is one. */
const always = ({ boxes }: DisplayList): boolean => boxes.length > 0;

const isCable = ({ kind }: LineItem): boolean => kind === EdgeKind.link || kind === EdgeKind.attach;
const isBody = ({ look, role }: BoxItem): boolean => role === 0 && look !== "cell";

/** All signs of the map, in the order in which they are asked after. */
const rules: readonly Rule[] = [
  ["status-down", "down", always],
  ["status-degraded", "degraded: works in part", always],
  [
    "status-stale",
    "stale, with a clock: nobody vouches for it at present, for so long; its last state is hollow",
    always,
  ],
  ["status-unknown", "unknown: nobody has said", always],
  [
    "status-disputed",
    "disputed: several claim to be its other end; each such cable has an outline on both sides, a port or NIC two",
    sign("disputed"),
  ],
  [
    "own",
    "a sign before a name, or on the left corner: the thing itself is so",
    box((one) => isBody(one) && one.status !== "ok"),
  ],
  [
    "inside",
    "a sign behind a name, or on the right corner: something inside is so; with a number, so many",
    (list) => list.boxes.some(isBody) && list.glyphs.length > 0,
  ],
  [
    "seam",
    "the seam: the owner changes; the network's side is above it, the cluster's below",
    ({ seams }) => seams.length > 0,
  ],
  [
    "seam-open",
    "a stitch that is loose on one side: of that side no owner is known",
    ({ seams }) => seams.some(({ open }) => open),
  ],
  ["layer-physical", "network: switch, port, cable", layer("physical")],
  ["layer-node", "cluster, node, NIC", layer("node")],
  ["layer-pod", "pod, workload, namespace", layer("pod")],
  ["layer-service", "service, address", layer("service")],
  ["cable", "a cable", line((one) => isCable(one) && one.edges.length === 1)],
  [
    "bundle",
    "several cables, with their number",
    line((one) => isCable(one) && one.edges.length > 1),
  ],
  ["end-filled", "this end reports the cable itself", line(({ ends }) => ends.includes("filled"))],
  ["end-hollow", "this end does not", line(({ ends }) => ends.includes("hollow"))],
  ["lag", "LAG: several cables that work as one", line(({ look }) => look === "lag")],
  ["member", "one cable of a LAG", line(({ look }) => look === "member")],
  ["blocked", "blocked: the spanning tree lets nothing through", line(({ blocked }) => blocked)],
  ["session", "BGP or other routing session", line(({ look }) => look === "session")],
  ["tunnel", "tunnel", line(({ look }) => look === "tunnel")],
  [
    "announced",
    "address that a node announces, as its cluster claims",
    line(({ look }) => look === "announced"),
  ],
  ["observed", "the same, and the network says so, too", line(({ look }) => look === "observed")],
  ["stitched", "a cable that passes the seam", line(({ stitch }) => stitch !== undefined)],
  ["endpoint", "a service and its pods", line((one) => !isCable(one) && one.look === "plain")],
  [
    "bar",
    "shares of what is inside, by state: well; striped, degraded; full and higher, down; outlined, stale or unknown",
    ({ bars }) => bars.length > 0,
  ],
  [
    "empty",
    "port with nothing on it, a segment, or neighbour that nobody manages",
    box(({ hollow, role }) => hollow && role === 0),
  ],
  [
    "more",
    "so many more that found no room",
    box(({ role, look }) => role !== 0 && look === "cell"),
  ],
  [
    "zone",
    "a cloud's zone: its network is not visible to us",
    box(({ role }) => role === Role.zone),
  ],
  ["way", "the way that was asked for, hop by hop", line(({ look }) => look === "way")],
  ["selected", "selected", ({ rings }) => rings.some(({ look }) => look === "selected")],
  [
    "pulse",
    "just changed, for better or worse: a thin ring that fades, or a dot for five seconds",
    ({ boxes }) => boxes.length > 0,
  ],
];

/** What of the map's signs is to be seen now, in words. */
export function legendOf(list: DisplayList): LegendEntry[] {
  return rules.flatMap(([sample, text, isThere]) => (isThere(list) ? [{ sample, text }] : []));
}
