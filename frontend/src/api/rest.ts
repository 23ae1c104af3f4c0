import type { components } from "./gen/openapi";

/** The REST half: what is asked for when something is selected, searched or summed up. */

type Schemas = components["schemas"];
export type RestVertex = Schemas["Vertex"];
export type RestEdge = Schemas["Edge"];
export type RestHit = Schemas["Hit"];
export type RestSeam = Schemas["Seam"];
export type RestStatus = Schemas["Status"];

/** An answer that is not what was asked for, with the server's own words where it gave any. */
export class RestError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
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

  async search(text: string, signal?: AbortSignal): Promise<readonly RestHit[]> {
    const page = await this.#get<Schemas["HitPage"]>(
      `/search?limit=20&q=${encodeURIComponent(text)}`,
      signal,
    );
    return page.items;
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
