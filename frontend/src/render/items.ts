import type { Status } from "../state/freshness";
import { Kind, type Layer } from "../state/words";
import type { Point, Rect } from "./space";

/** What to draw, in screen pixels and in roles of colour; a theme turns roles into colours. */

export type Tone = Layer | "ink" | "muted" | "degraded" | "down" | "stale" | "unknown" | "ground";

/**
 * A vertex. A container shows its members, a card stands for them, a cell is a
 * small thing that has none (a port, a NIC, a pod, a service). Furniture is an
 * area, or a floor that cables run on; of its cells, "+n" stands for n that
 * found no room.
 */
export type BoxItem = {
  readonly id: number;
  readonly kind: number;
  /** Of furniture, which; 0 of a vertex. */
  readonly role: number;
  readonly look: "container" | "card" | "cell" | "area" | "floor";
  readonly rect: Rect;
  readonly tone: Tone;
  readonly status: Status;
  /** The health that a stale vertex last had, drawn hollow. */
  readonly lastStatus: Status;
  /** Nothing is plugged in, or nothing vouches for it: outline only. */
  readonly hollow: boolean;
  /** A port or NIC with a cable that another claim contradicts. */
  readonly disputed: boolean;
  readonly dim: boolean;
};

/** Sites and regions are the ground on which cables run; all else hides what passes behind it. */
export function isGround({ kind, look }: BoxItem): boolean {
  return look === "floor" || (look === "container" && (kind === Kind.site || kind === Kind.region));
}

export type Dot = "filled" | "hollow" | "none";

/**
 * What a line is besides its layer and state. A way is in ink over a casing of
 * ground; a LAG is two parallels with a ring; a disputed cable has an outline on
 * both sides; a session is dash-dotted with a diamond, a tunnel long-dashed, and
 * an announcement a dotted arrow, hollow while it is only claimed and full when
 * the network says so, too. A member is one cable of a LAG, drawn by itself.
 */
export type Look =
  | "plain"
  | "way"
  | "lag"
  | "member"
  | "disputed"
  | "session"
  | "tunnel"
  | "announced"
  | "observed";

/** An edge, or a bundle of them. */
export type LineItem = {
  /** The edges that it stands for. */
  readonly edges: readonly number[];
  readonly kind: number;
  /** x, y, x, y, …: straight pieces, or for a curve groups of three after the first point. */
  readonly points: readonly number[];
  readonly curve: boolean;
  readonly width: number;
  readonly tone: Tone;
  readonly status: Status;
  readonly dash: readonly number[];
  readonly look: Look;
  /** The spanning tree lets nothing through: a bar across it. */
  readonly blocked: boolean;
  /** Where a single cable is stitched to the seam that it passes. */
  readonly stitch?: Point;
  readonly ends: readonly [Dot, Dot];
  /** Before the cards that it passes, rather than behind them. */
  readonly over: boolean;
  readonly dim: boolean;
};

export type Font = "site" | "title" | "name" | "strong" | "small" | "mono";

export type TextItem = {
  /** The vertex that it names, or 0. */
  readonly id: number;
  readonly text: string;
  readonly x: number;
  /** The middle of the line of text. */
  readonly y: number;
  readonly font: Font;
  readonly tone: Tone;
  readonly align: "left" | "center" | "right";
  /** A ground behind it, where it stands over lines. */
  readonly plate: boolean;
  /** Held in sight: it stays where it is on the screen while the map moves. */
  readonly pinned: boolean;
  /** What is said of edges: those, and it stands on nothing but their line. */
  readonly of?: readonly number[];
  readonly dim: boolean;
};

/** A state's sign: ▲ degraded, ✕ down, ◷ stale, ? unknown, ≠ disputed. Never dimmed. */
export type GlyphItem = {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly sign: Exclude<Status, "ok"> | "disputed";
  /** As of a text. */
  readonly of?: readonly number[];
};

/** Shares of a container's members by state. */
export type BarItem = {
  readonly rect: Rect;
  readonly tone: Tone;
  readonly parts: readonly { readonly status: Status; readonly count: number }[];
  readonly dim: boolean;
};

/** Where the owner changes: a double line, stitched; an open stitch says that an owner is unknown. */
export type SeamItem = {
  readonly cluster: number;
  readonly x1: number;
  readonly x2: number;
  readonly y: number;
  /** Who answers above it, and who below; "" where nobody says. */
  readonly network: string;
  readonly owner: string;
  readonly open: boolean;
  readonly dim: boolean;
};

export type RingItem =
  | { readonly rect: Rect; readonly look: "selected" | "hover" | "way" }
  /** Around the site in which it is worst, in the colour of what is wrong there. */
  | { readonly rect: Rect; readonly look: "worst"; readonly status: Status };

/** The number of a hop on a way, "2" or "2–4" where one box stands for several. */
export type BadgeItem = { readonly text: string; readonly x: number; readonly y: number };

export type DisplayList = {
  readonly boxes: readonly BoxItem[];
  readonly seams: readonly SeamItem[];
  readonly lines: readonly LineItem[];
  readonly bars: readonly BarItem[];
  readonly glyphs: readonly GlyphItem[];
  readonly texts: readonly TextItem[];
  readonly rings: readonly RingItem[];
  readonly badges: readonly BadgeItem[];
};

export const emptyList: DisplayList = {
  boxes: [],
  seams: [],
  lines: [],
  bars: [],
  glyphs: [],
  texts: [],
  rings: [],
  badges: [],
};
