import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { columnsOf, encodeServer } from "../gallery/encode";
import { type Socket, StreamConnection } from "./connection";
import type { FeedEvent } from "./feed";
import { schemaVersion } from "./frames";

class FakeSocket implements Socket {
  onopen: Socket["onopen"] = null;
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  sent = 0;
  closed = false;

  send(): void {
    this.sent++;
  }

  close(): void {
    this.closed = true;
  }

  say(bytes: Uint8Array<ArrayBuffer>): void {
    this.onmessage?.({ data: bytes.slice().buffer });
  }
}

let sockets: FakeSocket[];
let events: FeedEvent[];
let connection: StreamConnection;

const last = (): FakeSocket => {
  const socket = sockets.at(-1);
  if (socket === undefined) throw new Error("no socket");
  return socket;
};
const hello = () =>
  encodeServer({ case: "hello", value: { schema: schemaVersion, epoch: 1n, revision: 4n } });
const tick = () => encodeServer({ case: "tick", value: { epoch: 1n, revision: 4n } });
const garbage = () => new Uint8Array([255, 255, 255, 255, 7]);
const states = (): string[] =>
  events.flatMap((event) => (event.type === "connection" ? [event.connection.state] : []));

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  events = [];
  connection = new StreamConnection({
    connect: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    emit: (event) => events.push(event),
    now: () => Date.now(),
    random: () => 1,
  });
});

afterEach(() => {
  connection.stop();
  vi.useRealTimers();
});

test("after a loss it comes back, each time after twice as long, and not more than 15 seconds", () => {
  connection.start();
  const waits: number[] = [];
  for (let i = 0; i < 9; i++) {
    const before = Date.now();
    last().onclose?.({ code: 1006, reason: "" });
    const count = sockets.length;
    while (sockets.length === count) vi.advanceTimersByTime(50);
    waits.push(Date.now() - before);
  }
  expect(waits.slice(0, 4)).toEqual([250, 500, 1000, 2000]);
  expect(Math.max(...waits)).toBe(15_000);
});

test("a connection that lasted makes up for the losses before", () => {
  connection.start();
  for (let i = 0; i < 5; i++) {
    last().onclose?.({ code: 1006, reason: "" });
    vi.advanceTimersByTime(20_000);
  }
  last().onopen?.();
  for (let s = 0; s < 15; s++) {
    last().say(tick());
    vi.advanceTimersByTime(1000);
  }
  const count = sockets.length;
  last().onclose?.({ code: 1006, reason: "" });
  vi.advanceTimersByTime(300);
  expect(sockets.length).toBe(count + 1);
});

test("an unreadable frame costs the connection, not the page", () => {
  connection.open("overview");
  connection.start();
  last().onopen?.();
  last().say(hello());
  last().say(garbage());
  expect(sockets[0]?.closed).toBe(true);
  expect(states().at(-1)).toBe("waiting");
  expect(
    events.some((event) => event.type === "problem" && event.message.includes("unreadable")),
  ).toBe(true);
  vi.advanceTimersByTime(1000);
  last().onopen?.();
  expect(sockets).toHaveLength(2);
  expect(last().sent).toBe(1);
});

test("a server that sends garbage each time is asked more and more seldom", () => {
  connection.start();
  for (let ms = 0; ms < 120_000; ms += 50) {
    const socket = last();
    if (socket.onopen !== null && !socket.closed) {
      socket.onopen();
      socket.onopen = null;
      socket.say(hello());
      socket.say(garbage());
    }
    vi.advanceTimersByTime(50);
  }
  expect(sockets.length).toBeLessThan(20);
});

test("a server that falls silent is left", () => {
  connection.start();
  last().onopen?.();
  last().say(tick());
  vi.advanceTimersByTime(14_000);
  expect(states().at(-1)).toBe("open");
  vi.advanceTimersByTime(3_000);
  expect(sockets[0]?.closed).toBe(true);
});

test("a text message is no frame", () => {
  connection.start();
  last().onopen?.();
  last().onmessage?.({ data: "hello" });
  expect(states().at(-1)).toBe("waiting");
});

test("once stopped it does nothing any more, and may be stopped again", () => {
  connection.start();
  last().onclose?.({ code: 1006, reason: "" });
  connection.stop();
  connection.stop();
  vi.advanceTimersByTime(60_000);
  expect(sockets).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

test("columns reach the page through it", () => {
  connection.open("overview");
  connection.start();
  last().onopen?.();
  last().say(hello());
  last().say(
    encodeServer({
      case: "snapshot",
      value: columnsOf({ channel: "overview", epoch: 1n, revision: 4 }),
    }),
  );
  expect(events.map(({ type }) => type)).toEqual([
    "connection",
    "connection",
    "hello",
    "begin",
    "columns",
  ]);
});
