import { createReadStream, existsSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { fromBinary } from "@bufbuild/protobuf";
import { type WebSocket, WebSocketServer } from "ws";
import { schemaVersion } from "../src/api/frames";
import { ClientFrameSchema } from "../src/api/gen/netseam_pb";
import { encodeServer } from "../src/gallery/encode";
import { channelsOf, openingFrames } from "../src/gallery/frames-of";
import type { Model } from "../src/gallery/model";
import { buildWorld, small } from "../src/gallery/small";

// A server that serves a made-up world and the built page: for work on the
// page while there is no real server at hand. It is not shipped.

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};
/** What the real server sends with every page. */
const policy =
  "default-src 'self'; script-src 'self'; style-src 'self'; worker-src 'self'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

const epoch = 7n;

export async function main([port = "8099"]: string[]): Promise<void> {
  const model = buildWorld(small);
  const server = createServer((request, response) => serveFile(request, response));
  const sockets = new WebSocketServer({ server, path: "/api/v1/stream" });
  sockets.on("connection", (socket) => serveStream(socket, model));
  server.listen(Number(port), "127.0.0.1");
  console.log(`fake server on http://127.0.0.1:${port}, channels ${channelsOf(model).join(" ")}`);
  await new Promise((resolve) => process.once("SIGINT", resolve));
  server.close();
}

function serveStream(socket: WebSocket, model: Model): void {
  socket.send(
    encodeServer({
      case: "hello",
      value: {
        schema: schemaVersion,
        epoch,
        revision: 1n,
        serverVersion: "fake",
        timeMs: Date.now(),
      },
    }),
  );
  const tick = (): void => {
    const sources = [...new Set([...model.scopes.values()].map(({ source }) => source))].map(
      (id) => ({
        id,
        kind: id.split(":")[0] ?? "",
        state: 1,
        sinceMs: Date.now() - 60_000,
        lastOkMs: Date.now(),
        message: "",
      }),
    );
    socket.send(
      encodeServer({
        case: "tick",
        value: { epoch, revision: 1n, timeMs: Date.now(), kept: true, notKeptSinceMs: 0, sources },
      }),
    );
  };
  tick();
  const ticking = setInterval(tick, 2000);
  socket.on("close", () => clearInterval(ticking));
  socket.on("message", (data: Buffer) => {
    const { body } = fromBinary(ClientFrameSchema, new Uint8Array(data));
    if (body.case !== "open") return;
    for (const frame of openingFrames(model, body.value.channel, epoch, 1, Date.now()))
      socket.send(frame);
  });
}

function serveFile(request: IncomingMessage, response: ServerResponse): void {
  const path = normalize(new URL(request.url ?? "/", "http://localhost").pathname);
  if (path.startsWith("/api/")) {
    response.writeHead(404, { "Content-Type": "application/problem+json" });
    response.end(
      JSON.stringify({ title: "Not Found", status: 404, detail: "the fake server has no REST" }),
    );
    return;
  }
  const file = join(dist, path === "/" ? "index.html" : path);
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
