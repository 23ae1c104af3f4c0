import type { Freshness, Status } from "./freshness";

/** A vertex as readers see it. */
export type Vertex = {
  readonly id: number;
  readonly kind: number;
  readonly name: string;
  readonly parent: number;
  readonly controller: number;
  readonly health: number;
  readonly flags: number;
  readonly slot: number;
  readonly note: string;
  /** The team that answers for it, where somebody says so; else "". */
  readonly owner: string;
  readonly freshness: Freshness;
  readonly status: Status;
};

/** An edge as readers see it. */
export type Edge = {
  readonly id: number;
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly health: number;
  readonly confidence: number;
  readonly flags: number;
  readonly freshness: Freshness;
  readonly status: Status;
};

/** A box in its frame's coordinates. */
export type Box = {
  readonly frame: number;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
};

/** A box that is no vertex: what is drawn beside them. */
export type Furniture = Box & {
  readonly id: number;
  readonly role: number;
  /** The vertex that it belongs to; 0 is the channel. */
  readonly of: number;
  /** Of the role `more`: how many are not drawn. */
  readonly number: number;
  readonly text: string;
};

/** What is remembered of a vertex that left while the page looked on. */
export type Gone = { readonly name: string; readonly kind: number; readonly sinceMs: number };
