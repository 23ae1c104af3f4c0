/** The REST half: what is asked for when something is selected, searched or summed up. */

export type RestAttr = { readonly key: string; readonly value: string; readonly scope?: number };

export type RestScope = {
  readonly id: number;
  readonly source?: string;
  readonly table?: string;
  readonly state?: string;
  readonly since?: string;
  readonly message?: string;
};

export type RestVertex = {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly parent?: string;
  readonly controller?: string;
  readonly health?: string;
  readonly derived?: boolean;
  readonly scopes?: readonly number[];
  readonly attrs?: readonly RestAttr[];
  readonly labels?: readonly { readonly key: string; readonly value: string }[];
};

export type RestEvidence = {
  readonly method: string;
  readonly scope?: number;
  readonly key?: string;
  readonly text?: string;
  readonly since?: string;
};

export type RestEdge = {
  readonly id: string;
  readonly kind: string;
  readonly a: string;
  readonly b: string;
  readonly health?: string;
  readonly confidence?: number;
  readonly reported_a?: boolean;
  readonly reported_b?: boolean;
  readonly disputed?: boolean;
  readonly scopes?: readonly number[];
  readonly attrs?: readonly RestAttr[];
  readonly evidence?: readonly RestEvidence[];
};

export type RestHit = {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  /** Where it was found: "name", "address", "mac", "label". */
  readonly field?: string;
  readonly match?: string;
  /** What holds it, in words. */
  readonly context?: string;
};

export type RestSeam = {
  readonly nodes: number;
  readonly known: number;
  readonly why?: readonly { readonly reason: string; readonly count: number }[];
};

export type RestStatus = {
  readonly revision: number;
  readonly seam?: RestSeam;
};

type Page<T> = { readonly items: readonly T[]; readonly next?: string };

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

  /** The edges at a vertex with their evidence. */
  async edges(vertex: string, signal?: AbortSignal): Promise<readonly RestEdge[]> {
    const page = await this.#get<Page<RestEdge>>(
      `/edges?vertex=${encodeURIComponent(vertex)}`,
      signal,
    );
    return page.items;
  }

  async search(text: string, signal?: AbortSignal): Promise<readonly RestHit[]> {
    const page = await this.#get<Page<RestHit>>(`/search?q=${encodeURIComponent(text)}`, signal);
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
    const { title, detail } = (await answer.json()) as { title?: string; detail?: string };
    return detail ?? title ?? otherwise;
  } catch {
    return otherwise;
  }
}
