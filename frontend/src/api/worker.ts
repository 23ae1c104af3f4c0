import { type Socket, StreamConnection } from "./connection";
import type { FeedEvent, FeedRequest } from "./feed";

// The worker that owns the socket: it decodes and checks, and hands columns to
// the page without copying them.

let connection: StreamConnection | undefined;

function emit(event: FeedEvent): void {
  self.postMessage(event, { transfer: buffersOf(event) });
}

/** The buffers under an event's columns, each once. */
function buffersOf(event: FeedEvent): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const add = (value: object): void => {
    for (const column of Object.values(value)) {
      if (ArrayBuffer.isView(column) && column.buffer instanceof ArrayBuffer)
        buffers.add(column.buffer);
    }
  };
  if (event.type === "positions") {
    add(event.positions);
    if (event.positions.furniture !== undefined) add(event.positions.furniture);
  }
  if (event.type === "columns") {
    add(event.batch);
    if (event.batch.vertices !== undefined) add(event.batch.vertices);
    if (event.batch.edges !== undefined) add(event.batch.edges);
    if (event.batch.rollups !== undefined) add(event.batch.rollups);
  }
  return [...buffers];
}

function connect(url: string): Socket {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  return socket as unknown as Socket;
}

self.onmessage = ({ data }: MessageEvent<FeedRequest>) => {
  switch (data.type) {
    case "start":
      connection ??= new StreamConnection({
        connect: () => connect(data.url),
        emit,
        now: () => Date.now(),
        random: () => Math.random(),
      });
      connection.start();
      return;
    case "open":
      connection?.open(data.channel);
      return;
    case "group":
      connection?.group(data.grouping);
      return;
    case "close":
      connection?.close(data.channel);
      return;
    case "retry":
      connection?.retryNow();
      return;
    case "stop":
      connection?.stop();
      connection = undefined;
      return;
  }
};
