import type { Batch } from "./columns";
import type { FeedEvent } from "./feed";
import {
  decodeFrame,
  encodeClose,
  encodeOpen,
  type Frame,
  FrameError,
  schemaVersion,
} from "./frames";

/**
 * How one channel stands.
 *
 * - closed: no connection, or not asked for on this one
 * - resuming: asked for from what is held; deltas or "start over" follow
 * - fresh: asked for from nothing; a snapshot follows, what else comes is old
 * - receiving: in the middle of a snapshot
 * - live: whole; deltas follow
 */
type Phase = "closed" | "resuming" | "fresh" | "receiving" | "live";

type Channel = {
  phase: Phase;
  /** What the page holds, or will hold once the snapshot has ended. Revision 0 is nothing. */
  epoch: bigint;
  revision: number;
  /** Consecutive times that it had to be asked for anew. */
  restarts: number;
};

/** More restarts of one channel than this, with nothing whole in between, end the connection. */
const maxRestarts = 3;

/**
 * The client's side of the stream, without a socket: bytes in, events and
 * requests out. It lives longer than a connection, so that it can resume.
 *
 * What it promises to the page: deltas are handed on only where they continue
 * exactly what was handed on before. Where they do not, the channel is asked
 * for from nothing, and the page keeps what it has until the new snapshot has
 * ended.
 */
export class Session {
  readonly #emit: (event: FeedEvent) => void;
  readonly #channels = new Map<string, Channel>();
  #send: ((bytes: Uint8Array<ArrayBuffer>) => void) | undefined;
  #grouping = "";

  constructor(emit: (event: FeedEvent) => void) {
    this.#emit = emit;
  }

  /** A connection is there; send writes to it. */
  connected(send: (bytes: Uint8Array<ArrayBuffer>) => void): void {
    this.#send = send;
    for (const [name, channel] of this.#channels) this.#ask(name, channel);
  }

  /** The connection is gone. A snapshot that had not ended is worth nothing. */
  lost(): void {
    this.#send = undefined;
    for (const channel of this.#channels.values()) {
      if (channel.phase === "receiving" || channel.phase === "fresh") channel.revision = 0;
      channel.phase = "closed";
    }
  }

  open(name: string): void {
    if (this.#channels.has(name)) return;
    const channel: Channel = { phase: "closed", epoch: 0n, revision: 0, restarts: 0 };
    this.#channels.set(name, channel);
    this.#ask(name, channel);
  }

  close(name: string): void {
    if (!this.#channels.delete(name)) return;
    this.#send?.(encodeClose(name));
  }

  /** By what the positions of all channels are grouped from now on. */
  group(grouping: string): void {
    if (grouping === this.#grouping) return;
    this.#grouping = grouping;
    for (const [name, channel] of this.#channels) {
      this.#send?.(encodeClose(name));
      channel.revision = 0;
      this.#ask(name, channel);
    }
  }

  /** Forgets what is held, so that all channels begin anew at the next connection. */
  forget(): void {
    for (const channel of this.#channels.values()) channel.revision = 0;
  }

  /** Takes one message. Throws a FrameError when the connection cannot be gone on with. */
  receive(bytes: Uint8Array): void {
    this.#take(decodeFrame(bytes));
  }

  #take(frame: Frame): void {
    switch (frame.type) {
      case "hello":
        this.#hello(frame);
        return;
      case "snapshot":
        this.#snapshot(frame.batch);
        return;
      case "delta":
        this.#delta(frame.batch);
        return;
      case "end":
        this.#end(frame);
        return;
      case "startOver":
        this.#startOver(frame.channel);
        return;
      case "positions":
        if (this.#channels.has(frame.positions.channel)) this.#emit(frame);
        return;
      case "tick":
      case "problem":
        this.#emit(frame);
        return;
    }
  }

  #hello(hello: Extract<Frame, { type: "hello" }>): void {
    if (hello.schema !== schemaVersion) {
      this.#emit({ type: "otherSchema", theirs: hello.schema, ours: schemaVersion });
      throw new FrameError(
        `the server's columns are of version ${hello.schema}, this page reads ${schemaVersion}`,
      );
    }
    this.#emit({ type: "hello", serverVersion: hello.serverVersion, timeMs: hello.timeMs });
  }

  #snapshot(batch: Batch): void {
    const channel = this.#channels.get(batch.channel);
    if (channel === undefined) return;
    const continues =
      channel.phase === "receiving" &&
      channel.epoch === batch.epoch &&
      channel.revision === batch.revision;
    if (!continues) {
      this.#emit({ type: "begin", channel: batch.channel });
      channel.phase = "receiving";
      channel.epoch = batch.epoch;
      channel.revision = batch.revision;
    }
    this.#emit({ type: "columns", batch });
  }

  #delta(batch: Batch): void {
    const channel = this.#channels.get(batch.channel);
    if (channel === undefined || channel.phase === "fresh" || channel.phase === "closed") return;
    if (channel.epoch !== batch.epoch || channel.revision !== batch.previous) {
      this.#restart(batch.channel, channel);
      return;
    }
    channel.revision = batch.revision;
    if (channel.phase === "resuming") channel.phase = "live";
    this.#emit({ type: "columns", batch });
  }

  #end(end: Extract<Frame, { type: "end" }>): void {
    const channel = this.#channels.get(end.channel);
    if (channel === undefined || channel.phase === "fresh" || channel.phase === "closed") return;
    if (channel.epoch !== end.epoch || channel.revision !== end.revision) {
      this.#restart(end.channel, channel);
      return;
    }
    if (channel.phase === "receiving") this.#emit(end);
    channel.phase = "live";
    channel.restarts = 0;
  }

  #startOver(name: string): void {
    const channel = this.#channels.get(name);
    if (channel === undefined) return;
    channel.phase = "fresh";
    channel.revision = 0;
  }

  /** What was received does not continue what is held. */
  #restart(name: string, channel: Channel): void {
    channel.restarts++;
    if (channel.restarts > maxRestarts) {
      channel.restarts = 0;
      channel.revision = 0;
      throw new FrameError(`${name}: what the server sends does not join up`);
    }
    this.#send?.(encodeClose(name));
    channel.revision = 0;
    this.#ask(name, channel);
  }

  #ask(name: string, channel: Channel): void {
    if (this.#send === undefined) return;
    if (channel.revision === 0) channel.epoch = 0n;
    channel.phase = channel.revision === 0 ? "fresh" : "resuming";
    this.#send(encodeOpen(name, channel.epoch, channel.revision, this.#grouping));
  }
}
