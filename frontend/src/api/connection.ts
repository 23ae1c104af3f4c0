import type { FeedEvent } from "./feed";
import { FrameError } from "./frames";
import { Session } from "./session";

/** The part of a WebSocket that is used, so that tests can stand in for it. */
export type Socket = {
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
};

export type ConnectionOptions = {
  readonly connect: () => Socket;
  readonly emit: (event: FeedEvent) => void;
  /** Milliseconds, by this machine's clock. */
  readonly now: () => number;
  readonly random: () => number;
};

const firstDelayMs = 250;
const maxDelayMs = 15_000;
/** The server ticks every five seconds. Silence longer than this is a dead connection. */
const silenceMs = 15_000;
const watchMs = 1_000;
/** A connection that has lasted this long makes up for the losses before it. */
const steadyMs = 10_000;

/**
 * Keeps one connection to the stream, for as long as it runs: connects, waits
 * after a loss (twice as long each time, half of it by chance, so that a
 * thousand browsers do not return at once), and resumes.
 */
export class StreamConnection {
  readonly #options: ConnectionOptions;
  readonly #session: Session;
  #socket: Socket | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #losses = 0;
  #unreadable = 0;
  #heardMs = 0;
  #dialledMs = 0;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#session = new Session(options.emit);
  }

  start(): void {
    if (this.#watch !== undefined) return;
    this.#watch = setInterval(() => this.#listen(), watchMs);
    this.#dial();
  }

  /** Ends for good. May be called twice. */
  stop(): void {
    clearInterval(this.#watch);
    clearTimeout(this.#retry);
    this.#watch = undefined;
    this.#retry = undefined;
    this.#drop();
  }

  /** Does not wait for the next attempt. */
  retryNow(): void {
    if (this.#retry === undefined) return;
    clearTimeout(this.#retry);
    this.#dial();
  }

  open(channel: string): void {
    this.#session.open(channel);
  }

  group(grouping: string): void {
    this.#session.group(grouping);
  }

  close(channel: string): void {
    this.#session.close(channel);
  }

  #dial(): void {
    this.#retry = undefined;
    this.#options.emit({ type: "connection", connection: { state: "connecting" } });
    const socket = this.#options.connect();
    this.#socket = socket;
    this.#heardMs = this.#options.now();
    this.#dialledMs = this.#heardMs;
    socket.onopen = () => {
      this.#heardMs = this.#options.now();
      this.#options.emit({ type: "connection", connection: { state: "open" } });
      this.#session.connected((bytes) => socket.send(bytes));
    };
    socket.onmessage = ({ data }) => this.#take(data);
    socket.onclose = ({ code, reason }) => this.#lose(reason || closeReason(code));
  }

  #take(data: unknown): void {
    this.#heardMs = this.#options.now();
    try {
      if (!(data instanceof ArrayBuffer)) throw new FrameError("a message that is not binary");
      this.#session.receive(new Uint8Array(data));
    } catch (cause) {
      if (!(cause instanceof FrameError)) throw cause;
      this.#refuse(cause.message);
    }
  }

  /** A frame that cannot be read ends the connection, not the page. */
  #refuse(message: string): void {
    this.#unreadable++;
    // Twice without a steady connection in between: what is held may be what is wrong.
    if (this.#unreadable > 1) this.#session.forget();
    this.#options.emit({ type: "problem", channel: "", message: `unreadable frame: ${message}` });
    this.#lose("The server sent a frame that this page cannot read");
  }

  #listen(): void {
    if (this.#socket === undefined) return;
    const now = this.#options.now();
    if (now - this.#heardMs > silenceMs) this.#lose("The server fell silent");
    else if (now - this.#dialledMs > steadyMs) {
      this.#losses = 0;
      this.#unreadable = 0;
    }
  }

  #lose(why: string): void {
    this.#drop();
    const ceiling = Math.min(maxDelayMs, firstDelayMs * 2 ** this.#losses);
    const delayMs = ceiling / 2 + (this.#options.random() * ceiling) / 2;
    this.#losses = Math.min(this.#losses + 1, 10);
    const retryAtMs = this.#options.now() + delayMs;
    this.#options.emit({ type: "connection", connection: { state: "waiting", why, retryAtMs } });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#dial(), delayMs);
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#session.lost();
    if (socket === undefined) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }
}

function closeReason(code: number): string {
  if (code === 1001) return "The server is going away";
  if (code === 1008) return "The server refused the connection";
  if (code === 1013) return "The server asks to come back later";
  return "There is no connection to the server";
}
