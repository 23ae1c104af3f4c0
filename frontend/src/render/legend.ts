import { EdgeKind, type Layer } from "../state/words";
import type { DisplayList, LineItem } from "./items";

/** A sign of the map and what it says. The page draws a sample of it. */
export type LegendEntry = { readonly sample: Sample; readonly text: string };

export type Sample =
  | `layer-${Layer}`
  | `status-${"degraded" | "down" | "stale" | "unknown" | "disputed"}`
  | "seam"
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

const layers: readonly (readonly [Layer, string])[] = [
  ["physical", "network: switch, port, cable"],
  ["node", "cluster, node, NIC"],
  ["pod", "pod, workload, namespace"],
  ["service", "service, address"],
];

const looks = [
  ["lag", "LAG: several cables that work as one"],
  ["session", "BGP or other routing session"],
  ["tunnel", "tunnel"],
  ["announced", "address that a node announces, as its cluster claims"],
] as const;

const states = [
  ["down", "down"],
  ["degraded", "degraded: works in part"],
  ["stale", "stale: nobody vouches for it at present; its last state is hollow"],
  ["unknown", "unknown: nobody has said"],
  ["disputed", "disputed: another source contradicts it; a cable has an outline on both sides"],
] as const;

/** What of the map's signs is to be seen now, in words. */
export function legendOf({ boxes, lines, seams, glyphs, bars, rings }: DisplayList): LegendEntry[] {
  const entries: LegendEntry[] = [];
  const add = (isThere: boolean, sample: Sample, text: string): void => {
    if (isThere) entries.push({ sample, text });
  };
  const signs = new Set(glyphs.map(({ sign }) => sign));
  for (const [sign, text] of states) add(signs.has(sign), `status-${sign}`, text);
  const tones = new Set(boxes.map(({ tone }) => tone));
  for (const [layer, text] of layers) add(tones.has(layer), `layer-${layer}`, text);
  const isCable = ({ kind }: LineItem): boolean =>
    kind === EdgeKind.link || kind === EdgeKind.attach;
  const has = (which: (line: LineItem) => boolean): boolean => lines.some(which);
  add(
    has((l) => isCable(l) && l.edges.length === 1),
    "cable",
    "a cable",
  );
  add(
    has((l) => isCable(l) && l.edges.length > 1),
    "bundle",
    "several cables, with their number",
  );
  add(
    has(({ ends }) => ends.includes("filled")),
    "end-filled",
    "this end reports the cable itself",
  );
  add(
    has(({ ends }) => ends.includes("hollow")),
    "end-hollow",
    "this end does not",
  );
  for (const [look, text] of looks)
    add(
      has((l) => l.look === look),
      look,
      text,
    );
  add(
    has(({ stitch }) => stitch !== undefined),
    "stitched",
    "a cable that passes the seam",
  );
  add(
    has((l) => !isCable(l) && l.look === "plain"),
    "endpoint",
    "a service and its pods",
  );
  add(seams.length > 0, "seam", seamText(seams.some(({ open }) => open)));
  add(bars.length > 0, "bar", "shares of what is inside, by state");
  add(
    boxes.some(({ hollow, role }) => hollow && role === 0),
    "empty",
    "port with nothing on it, or neighbour that nobody manages",
  );
  add(
    boxes.some(({ role, look }) => role !== 0 && look === "cell"),
    "more",
    "so many more that found no room",
  );
  add(
    has(({ look }) => look === "way"),
    "way",
    "the way that was asked for, hop by hop",
  );
  add(
    rings.some(({ look }) => look === "selected"),
    "selected",
    "selected",
  );
  return entries;
}

function seamText(open: boolean): string {
  return open
    ? "the seam: the owner changes; open stitches: an owner is unknown"
    : "the seam: the owner changes";
}
