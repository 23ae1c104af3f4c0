/** What is selected: one vertex or one edge, by ID. */
export type Selection =
  | { readonly type: "vertex"; readonly id: number }
  | { readonly type: "edge"; readonly id: number };

/** What is drawn of the edges when nothing is selected. */
export type EdgeMode = "off" | "unhealthy" | "bundled" | "all";
export const edgeModes: readonly EdgeMode[] = ["off", "unhealthy", "bundled", "all"];

/** A way through the network that is lit: its hops, and edges between them where they are known, in order. */
export type Path = readonly Selection[];

/** By what the nodes of a site are put together: the layouts that the server has. */
export type Grouping = "cluster" | "rack";
export const groupings: readonly [Grouping, ...Grouping[]] = ["cluster", "rack"];

export type Panel = "map" | "both" | "table";
export type Theme = "auto" | "dark" | "light";
export const themes: readonly Theme[] = ["auto", "dark", "light"];

/** The parts of the details that a link can lead to. */
export type Part = "neighbours" | "exposure" | "owners" | "attributes" | "inside" | "learned";
export const parts: readonly Part[] = [
  "neighbours",
  "exposure",
  "owners",
  "attributes",
  "inside",
  "learned",
];

/** The tables beside the map. */
export type Tab = "sites" | "devices" | "links" | "clusters" | "nodes" | "pods" | "services";
export const tabs: readonly Tab[] = [
  "sites",
  "devices",
  "links",
  "clusters",
  "nodes",
  "pods",
  "services",
];

/**
 * A place to look at that survives a new layout: a box, the point of it that
 * is in the middle of the screen (0 to 1 of its width and height), and how
 * many pixels a layout unit has.
 */
export type Anchor = {
  readonly id: number;
  readonly across: number;
  readonly down: number;
  readonly scale: number;
};

/** What the user chose: small, immutable, mirrored in the URL. */
export type View = {
  readonly selection: Selection | undefined;
  /** The part of its details that was asked for. */
  readonly part: Part | undefined;
  readonly panel: Panel;
  readonly tab: Tab;
  readonly filter: string;
  readonly sort: string;
  /** Where the map was, if it has been moved; undefined is "all of it, fitted". */
  readonly anchor: Anchor | undefined;
  /** The way that is lit; empty for none. */
  readonly path: Path;
  readonly edges: EdgeMode;
  /** Of this link; undefined is the browser's own choice. */
  readonly grouping: Grouping | undefined;
  /** Of this link; undefined is the browser's own choice. */
  readonly theme: Theme | undefined;
};

export const firstView: View = {
  selection: undefined,
  part: undefined,
  panel: "both",
  tab: "devices",
  filter: "",
  sort: "",
  anchor: undefined,
  path: [],
  edges: "bundled",
  grouping: undefined,
  theme: undefined,
};

export function sameSelection(p: Selection | undefined, q: Selection | undefined): boolean {
  return p?.type === q?.type && p?.id === q?.id;
}
