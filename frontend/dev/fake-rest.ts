import type {
  RestEdge,
  RestHit,
  RestSeam,
  RestSource,
  RestSummary,
  RestVertex,
} from "../src/api/rest";
import type { Model, ModelEdge, ModelVertex } from "../src/gallery/model";
import {
  edgeText,
  healthName,
  Kind,
  kindName,
  layerOf,
  parseEdge,
  parseVertex,
  stateName,
  vertexText,
} from "../src/state/words";

/** The REST answers of the fake server: only what the page asks for. */
export function answer(
  model: Model,
  url: URL,
  demo = false,
): { readonly status: number; readonly body: unknown } {
  const [, , , what = "", id = "", part = ""] = url.pathname.split("/");
  if (what === "status") return { status: 200, body: { revision: 1, demo, seam: seam(model) } };
  if (what === "discovery") return { status: 200, body: noDiscovery };
  if (what === "demo") return { status: 200, body: { items: [] } };
  if (what === "search")
    return { status: 200, body: { items: search(model, url.searchParams.get("q") ?? "") } };
  if (what === "vertices" && part !== "") return { status: 200, body: { items: [], tables: [] } };
  if (what === "vertices" && id === "")
    return { status: 200, body: { items: inside(model, url.searchParams) } };
  if (what === "sources") return { status: 200, body: restSource(model, decodeURIComponent(id)) };
  const vertex = what === "vertices" ? model.vertices.get(parseVertex(id)) : undefined;
  if (vertex !== undefined) return { status: 200, body: restVertex(model, vertex) };
  const edge = what === "edges" ? model.edges.get(parseEdge(id)) : undefined;
  if (edge !== undefined) return { status: 200, body: restEdge(model, edge) };
  return {
    status: 404,
    body: { type: "about:blank", title: "Not Found", status: 404, detail: `there is no ${id}` },
  };
}

/** What a vertex holds of some kinds, at any depth. */
function inside(model: Model, query: URLSearchParams): RestSummary[] {
  const within = parseVertex(query.get("within") ?? "");
  const kinds = query.getAll("kind");
  const standsIn = (vertex: ModelVertex | undefined): boolean =>
    vertex !== undefined &&
    (vertex.parent === within || standsIn(model.vertices.get(vertex.parent)));
  return [...model.vertices.values()]
    .filter((vertex) => kinds.includes(kindName(vertex.kind)) && standsIn(vertex))
    .map(({ id, kind, name, health }) => ({
      ...{ id: vertexText(id), kind: kindName(kind) as RestVertex["kind"], name },
      ...{ health: healthName(health) as RestVertex["health"], freshness: { state: "live" } },
      attrs: kind === Kind.port ? [{ key: "speed", value: "25000000000" }] : [],
    }));
}

function restSource(model: Model, id: string): RestSource {
  const scopes = [...model.scopes.values()].filter(({ source }) => source === id);
  const moments = { since: null, last_ok: null };
  return {
    ...{ id, kind: id.split(":")[0] ?? "", state: "live", message: "", ...moments },
    scopes: scopes.map(({ id: scope, table, state, message }) => ({
      ...{ id: scope, table, state: stateName(state) as RestSource["state"], message, ...moments },
    })),
  };
}

function seam(model: Model): RestSeam {
  const nodes = [...model.vertices.values()].filter(({ kind }) => kind === Kind.node);
  const elsewhere = nodes.filter(({ note }) => note !== "known");
  const reason = "no switch reports it";
  const why = elsewhere.slice(0, 1).map(({ id, name }) => ({
    ...{ reason, count: elsewhere.length },
    example: { id: vertexText(id), name, why: reason },
  }));
  return { nodes: nodes.length, known: nodes.length - elsewhere.length, why };
}

function search(model: Model, text: string): RestHit[] {
  const wanted = text.toLowerCase();
  return [...model.vertices.values()]
    .filter(({ name }) => name.toLowerCase().includes(wanted))
    .sort((p, q) => p.name.length - q.name.length || p.id - q.id)
    .slice(0, 20)
    .map(({ id, kind, name, parent }) => ({
      id: vertexText(id),
      kind: kindName(kind) as RestHit["kind"],
      name,
      context: model.vertices.get(parent)?.name ?? "",
      field: "name",
      match: name,
    }));
}

function restVertex(model: Model, { id, kind, name, health, scopes }: ModelVertex): RestVertex {
  const scope = model.scopes.get(scopes[0] ?? 0);
  return {
    id: vertexText(id),
    kind: kindName(kind) as RestVertex["kind"],
    name,
    layer: layerOf(kind),
    path: [],
    health: healthName(health) as RestVertex["health"],
    freshness: { state: "live" },
    attrs:
      scope === undefined
        ? []
        : [
            {
              key: "address",
              value: "192.0.2.7",
              said_by: { source: scope.source, table: scope.table, state: "live" },
            },
          ],
    labels: [{ key: "made-up", value: "true" }],
    aliases: [],
    scopes,
    children: {},
  };
}

function restEdge(model: Model, { id, a, b, scopes }: ModelEdge): RestEdge {
  const end = (at: number) => {
    const vertex = model.vertices.get(at);
    const kind = kindName(vertex?.kind ?? 0) as RestVertex["kind"];
    return { id: vertexText(at), kind, name: vertex?.name ?? "", qualified: vertex?.name ?? "" };
  };
  return {
    id: edgeText(id),
    kind: "link",
    a: end(a),
    b: end(b),
    health: "ok",
    confidence: 0.95,
    reported_a: true,
    reported_b: true,
    disputed: false,
    freshness: { state: "live" },
    scopes,
    attrs: [],
    evidence: [
      {
        method: "lldp-two-sided",
        scope: scopes[0] ?? 0,
        source: model.scopes.get(scopes[0] ?? 0)?.source ?? "",
        table: "lldp",
        text: "both ends report each other",
        since: new Date(Date.now() - 3_600_000).toISOString(),
        fresh: true,
      },
    ],
  };
}

/** A search that is off. */
const noDiscovery = {
  ...{ enabled: false, dry_run: false, running: false, since: null, max_depth: 0, max_devices: 0 },
  ...{ seeds: [], allow: [], deny: [], counts: {}, left_out: 0, credentials: [], items: [] },
};
