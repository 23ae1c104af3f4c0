import type { components } from "./gen/openapi";

/** The REST half: what is asked for when something is selected, searched or summed up. */

type Schemas = components["schemas"];
export type RestVertex = Schemas["Vertex"];
export type RestEdge = Schemas["Edge"];
export type RestHit = Schemas["Hit"];
export type RestSeam = Schemas["Seam"];
export type RestCandidate = Schemas["Candidate"];
export type RestSource = Schemas["SourceDetail"];
export type RestDiscovery = Schemas["Discovery"];
export type RestStatus = Schemas["Status"];
export type RestSummary = Schemas["VertexSummary"];
export type RestAttr = Schemas["Label"];
export type RestLearned = Schemas["LearnedTable"];
export type RestPulled = Schemas["PulledCable"];

/** An answer that is not what was asked for, with the server's own words where it gave any. */
export class RestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Why there is no answer, in words for people. */
export function failureText(cause: unknown): string {
  if (cause instanceof RestError) {
    if (cause.status === 401) return "you are not logged in any more";
    if (cause.status === 403) return `the server does not permit it: ${cause.message}`;
    if (cause.status === 429) return "the server asks to wait a moment";
    return cause.message;
  }
  // What fetch throws when nobody answers.
  if (cause instanceof TypeError) return "the server cannot be reached";
  return cause instanceof Error ? cause.message : String(cause);
}

export class RestClient {
  readonly #base: string;

  constructor(base = "/api/v1") {
    this.#base = base;
  }

  status(signal?: AbortSignal): Promise<RestStatus> {
    return this.#get("/status", signal);
  }

  vertex(id: string, signal?: AbortSignal): Promise<RestVertex> {
    return this.#get(`/vertices/${encodeURIComponent(id)}`, signal);
  }

  /** An edge with its evidence. */
  edge(id: string, signal?: AbortSignal): Promise<RestEdge> {
    return this.#get(`/edges/${encodeURIComponent(id)}`, signal);
  }

  /** The sightings that concern a device, a port, a node or a NIC, with what became of each. */
  async neighbours(id: string, signal?: AbortSignal): Promise<readonly RestCandidate[]> {
    const path = `/vertices/${encodeURIComponent(id)}/neighbours`;
    return (await this.#get<Schemas["NeighbourReport"]>(path, signal)).items;
  }

  /** What forwarding and address tables have of a device, or behind a port. */
  async learned(id: string, signal?: AbortSignal): Promise<readonly RestLearned[]> {
    const path = `/vertices/${encodeURIComponent(id)}/learned`;
    return (await this.#get<Schemas["LearnedReport"]>(path, signal)).tables;
  }

  /** What a vertex holds, at any depth, of these kinds and with these attributes. */
  async inside(
    id: string,
    kinds: readonly string[],
    keys: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly RestSummary[]> {
    const query = new URLSearchParams([
      ...[
        ["within", id],
        ["limit", "1000"],
      ],
      ...kinds.map((kind) => ["kind", kind]),
      ...keys.map((key) => ["attr", key]),
    ]);
    const all: RestSummary[] = [];
    for (let more = true; more; ) {
      const { items, next } = await this.#get<Schemas["VertexPage"]>(`/vertices?${query}`, signal);
      all.push(...items);
      more = next !== undefined;
      if (next !== undefined) query.set("cursor", next);
    }
    return all;
  }

  /** The edges of a kind that end at a vertex, with their attributes: the first thousand. */
  async edgesAt(id: string, kind: RestEdge["kind"], signal?: AbortSignal) {
    const query = new URLSearchParams({ vertex: id, kind, limit: "1000" });
    return (await this.#get<Schemas["EdgePage"]>(`/edges?${query}`, signal)).items;
  }

  /** How the search for devices stands, with the first addresses in these states, or in all. */
  discovery(states: readonly string[], signal?: AbortSignal): Promise<RestDiscovery> {
    const query = new URLSearchParams([["limit", "500"], ...states.map((one) => ["state", one])]);
    return this.#get(`/discovery?${query}`, signal);
  }

  /** A source with each of its tables. */
  source(id: string, signal?: AbortSignal): Promise<RestSource> {
    return this.#get(`/sources/${encodeURIComponent(id)}`, signal);
  }

  async search(text: string, signal?: AbortSignal): Promise<readonly RestHit[]> {
    const page = await this.#get<Schemas["HitPage"]>(
      `/search?limit=20&q=${encodeURIComponent(text)}`,
      signal,
    );
    return page.items;
  }

  /** The cables that visitors of the demo have pulled. */
  async pulledCables(signal?: AbortSignal): Promise<readonly RestPulled[]> {
    return (await this.#get<Schemas["PulledCables"]>("/demo/cables", signal)).items;
  }

  pullCable(port: string): Promise<void> {
    return this.#do("DELETE", `/demo/cables/${encodeURIComponent(port)}`);
  }

  plugCable(port: string): Promise<void> {
    return this.#do("PUT", `/demo/cables/${encodeURIComponent(port)}`);
  }

  async #do(method: string, path: string): Promise<void> {
    const answer = await fetch(this.#base + path, { method });
    if (!answer.ok) throw new RestError(answer.status, await problemText(answer));
  }

  async #get<T>(path: string, signal: AbortSignal | undefined): Promise<T> {
    const answer = await fetch(this.#base + path, {
      headers: { Accept: "application/json" },
      ...(signal !== undefined && { signal }),
    });
    if (!answer.ok) throw new RestError(answer.status, await problemText(answer));
    return (await answer.json()) as T;
  }
}

/** The words of a problem document (RFC 9457), else those of HTTP. */
async function problemText(answer: Response): Promise<string> {
  const otherwise = `${answer.status} ${answer.statusText}`.trim();
  try {
    const { title, detail } = (await answer.json()) as Partial<Schemas["Problem"]>;
    return detail ?? title ?? otherwise;
  } catch {
    return otherwise;
  }
}
