import type { Batch, PositionBatch, Tick } from "./columns";

/** How the way to the server stands. */
export type Connection =
  | { readonly state: "connecting" }
  | { readonly state: "open" }
  /** Lost, or never there; the next attempt is at `retryAtMs` by this machine's clock. */
  | { readonly state: "waiting"; readonly why: string; readonly retryAtMs: number };

/**
 * What the worker tells the page.
 *
 * The columns between a channel's `begin` and its `end` are a snapshot, which
 * replaces what was held; columns after `end` are deltas in unbroken order.
 */
export type FeedEvent =
  | { readonly type: "connection"; readonly connection: Connection }
  | { readonly type: "hello"; readonly serverVersion: string; readonly timeMs: number }
  | { readonly type: "begin"; readonly channel: string }
  | { readonly type: "columns"; readonly batch: Batch }
  | {
      readonly type: "end";
      readonly channel: string;
      readonly epoch: bigint;
      readonly revision: number;
    }
  | { readonly type: "positions"; readonly positions: PositionBatch }
  | { readonly type: "tick"; readonly tick: Tick }
  /** The server refused something, or sent something that cannot be read. */
  | { readonly type: "problem"; readonly channel: string; readonly message: string }
  /** The server speaks another version of the columns than this page. */
  | { readonly type: "otherSchema"; readonly theirs: number; readonly ours: number };

/** What the page asks of the worker. */
export type FeedRequest =
  | { readonly type: "start"; readonly url: string }
  | { readonly type: "open"; readonly channel: string }
  | { readonly type: "close"; readonly channel: string }
  | { readonly type: "group"; readonly grouping: string }
  | { readonly type: "retry" }
  | { readonly type: "stop" };
