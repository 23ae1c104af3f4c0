import { createReadStream, existsSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { type WebSocket, WebSocketServer } from "ws";
import { schemaVersion } from "../src/api/frames";
import { ClientFrameSchema } from "../src/api/gen/netseam_pb";
import { columnsOf, encodeServer, type Piece } from "../src/gallery/encode";
import { openingFrames } from "../src/gallery/frames-of";
import type { Model } from "../src/gallery/model";
import { placeWorld } from "../src/gallery/place";
import { ScopeState } from "../src/state/words";
import { answer } from "./fake-rest";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** As strict as what the real server sends with every page. */
const policy =
  "default-src 'self'; script-src 'self'; style-src 'self'; worker-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const tickMs = 500;

/** A source as a test wants it to stand. */
export type FakeSource = {
  readonly id: string;
  readonly kind: string;
  readonly state: number;
  readonly message: string;
  readonly lastOkMs?: number;
};

const quiet = { sinceMs: Date.now() - 60_000, lastOkMs: 0 };

function denial(status: number) {
  const detail = status === 401 ? "no token and no session" : "this name is not the server's own";
  return { status, body: { type: "about:blank", title: "Denied", status, detail } };
}

/**
 * A server that is not one: it serves a made-up world and the built page, and
 * does what a test tells it to. For work on the page and for its tests.
 */
export class FakeServer {
  readonly model: Model;
  readonly #dist: string;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #ticking: ReturnType<typeof setInterval>;
  /** What is said in Hello; another one is another version of the columns. */
  schema = schemaVersion;
  kept = true;
  /** What is said of the sources in place of what the model's scopes make of them. */
  sources: readonly FakeSource[] | undefined;
  /** The status of every REST answer, and of the stream, while it is not 0. */
  denies = 0;
  /** Whether channels that are opened stay without an answer. */
  stalls = false;
  demo = false;
  /** Answers in place of those that the model makes, by path; a number is the status of a refusal. */
  readonly answers = new Map<string, object | number>();
  /** Takes no connections to the stream while it is true. */
  refuses = false;
  #epoch = 7n;
  #revision = 1;
  /** The revision that a channel's listeners hold; 1 where nothing has changed. */
  readonly #shown = new Map<string, number>();

  constructor(model: Model, dist: string) {
    this.model = model;
    this.#dist = dist;
    this.#server = createServer((request, response) => this.#serve(request, response));
    this.#sockets = new WebSocketServer({
      server: this.#server,
      path: "/api/v1/stream",
      verifyClient: () => !this.refuses && this.denies === 0,
    });
    this.#sockets.on("connection", (socket) => this.#welcome(socket));
    this.#ticking = setInterval(() => this.tick(), tickMs);
  }

  async start(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticking);
    this.hangUp();
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get listeners(): number {
    return this.#sockets.clients.size;
  }

  /** Sends bytes to all who listen, whatever they are. */
  send(bytes: Uint8Array): void {
    for (const socket of this.#sockets.clients) socket.send(bytes);
  }

  /** Sends a delta to all, of one channel. */
  change(piece: Omit<Piece, "epoch" | "previous" | "revision">): void {
    const previous = this.#shown.get(piece.channel) ?? 1;
    this.#revision++;
    this.#shown.set(piece.channel, this.#revision);
    const numbers = { epoch: this.#epoch, previous, revision: this.#revision, timeMs: Date.now() };
    this.send(encodeServer({ case: "delta", value: columnsOf({ ...piece, ...numbers }) }));
    this.tick();
  }

  hangUp(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
  }

  tick(): void {
    this.send(this.#tickFrame());
  }

  #tickFrame(): Uint8Array {
    const states = new Map<string, number>();
    for (const { source, state } of this.model.scopes.values()) {
      states.set(source, Math.max(states.get(source) ?? ScopeState.live, state));
    }
    const sources =
      this.sources?.map((one) => ({ ...quiet, ...one })) ??
      [...states].map(([id, state]) => ({
        id,
        kind: id.split(":")[0] ?? "",
        state,
        sinceMs: Date.now() - 60_000,
        lastOkMs: Date.now(),
        message: state === ScopeState.live ? "" : "timeout",
      }));
    const value = {
      epoch: this.#epoch,
      revision: BigInt(this.#revision),
      timeMs: Date.now(),
      kept: this.kept,
      notKeptSinceMs: this.kept ? 0 : Date.now() - 5_000,
      sources,
    };
    return encodeServer({ case: "tick", value });
  }

  #welcome(socket: WebSocket): void {
    const hello = {
      schema: this.schema,
      epoch: this.#epoch,
      revision: BigInt(this.#revision),
      serverVersion: "fake",
      timeMs: Date.now(),
    };
    socket.send(encodeServer({ case: "hello", value: hello }));
    socket.send(this.#tickFrame());
    const placed = placeWorld(this.model);
    socket.on("message", (data: Buffer) => {
      const { body } = fromBinary(ClientFrameSchema, new Uint8Array(data));
      if (body.case !== "open") return;
      if (this.stalls) return;
      const { channel } = body.value;
      const revision = this.#shown.get(channel) ?? 1;
      const frames = openingFrames(this.model, channel, this.#epoch, revision, Date.now(), placed);
      for (const frame of frames) socket.send(frame);
    });
  }

  #answer(url: URL): { readonly status: number; readonly body: unknown } {
    if (this.denies > 0) return denial(this.denies);
    const given = this.answers.get(url.pathname.slice("/api/v1".length));
    if (typeof given === "number")
      return {
        status: given,
        body: { type: "about:blank", title: "Refused", status: given, detail: "made to fail" },
      };
    return given === undefined ? answer(this.model, url, this.demo) : { status: 200, body: given };
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname.startsWith("/api/v1/")) {
      const { status, body } = this.#answer(url);
      const type = status === 200 ? "application/json" : "application/problem+json";
      response.writeHead(status, { "Content-Type": type }).end(JSON.stringify(body));
      return;
    }
    const path = normalize(url.pathname);
    const file = join(this.#dist, path === "/" ? "index.html" : path);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      "Content-Type": types[extname(file)] ?? "application/octet-stream",
      "Content-Security-Policy": policy,
    });
    createReadStream(file).pipe(response);
  }
}
