import {
  type Anchor,
  edgeModes,
  firstView,
  groupings,
  type Panel,
  type Path,
  parts,
  type Selection,
  tabs,
  themes,
  type View,
} from "./view";
import { edgeText, parseEdge, parseVertex, vertexText } from "./words";

/** Writes a view as a query string; what is as at the beginning is left out. */
export function writeView(view: View): string {
  const params = new URLSearchParams();
  if (view.selection !== undefined) params.set("sel", selectionText(view.selection));
  if (view.part !== undefined) params.set("part", view.part);
  if (view.anchor !== undefined) params.set("at", anchorText(view.anchor));
  if (view.path.length > 0) params.set("path", view.path.map(selectionText).join("."));
  if (view.edges !== firstView.edges) params.set("edges", view.edges);
  if (view.grouping !== undefined) params.set("grouping", view.grouping);
  if (view.theme !== undefined) params.set("theme", view.theme);
  if (view.panel !== firstView.panel) params.set("show", view.panel);
  if (view.tab !== firstView.tab) params.set("table", view.tab);
  if (view.filter !== "") params.set("filter", view.filter);
  if (view.sort !== "") params.set("sort", view.sort);
  const text = params.toString().replaceAll("%2C", ",");
  return text === "" ? "" : `?${text}`;
}

const panels: readonly Panel[] = ["map", "both", "table"];

/** Reads what writeView wrote. What it does not understand is as at the beginning. */
export function readView(search: string): View {
  const params = new URLSearchParams(search);
  return {
    selection: readSelection(params.get("sel") ?? ""),
    anchor: readAnchor(params.get("at") ?? ""),
    part: oneOf(params.get("part"), parts, undefined),
    panel: oneOf(params.get("show"), panels, firstView.panel),
    tab: oneOf(params.get("table"), tabs, firstView.tab),
    filter: params.get("filter") ?? "",
    sort: params.get("sort") ?? "",
    path: readPath(params.get("path") ?? ""),
    edges: oneOf(params.get("edges"), edgeModes, firstView.edges),
    grouping: oneOf(params.get("grouping"), groupings, firstView.grouping),
    theme: oneOf(params.get("theme"), themes, firstView.theme),
  };
}

export function selectionText({ type, id }: Selection): string {
  return type === "vertex" ? vertexText(id) : edgeText(id);
}

export function readSelection(text: string): Selection | undefined {
  const vertex = parseVertex(text);
  if (vertex !== 0) return { type: "vertex", id: vertex };
  const edge = parseEdge(text);
  return edge === 0 ? undefined : { type: "edge", id: edge };
}

/** A way of which a step cannot be read is no way. */
function readPath(text: string): Path {
  const steps = text === "" ? [] : text.split(".").map(readSelection);
  return steps.every((step) => step !== undefined) ? steps : [];
}

function anchorText({ id, across, down, scale }: Anchor): string {
  return [vertexText(id), across.toFixed(4), down.toFixed(4), scale.toPrecision(5)].join(",");
}

function readAnchor(text: string): Anchor | undefined {
  const [name = "", ...rest] = text.split(",");
  const id = parseVertex(name);
  const [across = Number.NaN, down = Number.NaN, scale = Number.NaN] = rest.map(Number);
  if (id === 0 || ![across, down, scale].every(Number.isFinite) || scale <= 0) return undefined;
  return { id, across, down, scale };
}

function oneOf<T extends string, O>(text: string | null, known: readonly T[], otherwise: O): T | O {
  return known.find((one) => one === text) ?? otherwise;
}
