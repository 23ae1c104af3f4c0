import { fromBinary } from "@bufbuild/protobuf";
import { beforeEach, expect, test } from "vitest";
import { columnsOf, encodeServer } from "../gallery/encode";
import type { FeedEvent } from "./feed";
import { FrameError, schemaVersion } from "./frames";
import { ClientFrameSchema } from "./gen/netseam_pb";
import { Session } from "./session";

let events: FeedEvent[];
let sent: string[];
let session: Session;

const send = (bytes: Uint8Array): void => {
  const { body } = fromBinary(ClientFrameSchema, bytes);
  if (body.case === "open")
    sent.push(
      `open ${body.value.channel} ${body.value.epoch}/${body.value.revision}${body.value.grouping && ` by ${body.value.grouping}`}`,
    );
  if (body.case === "close") sent.push(`close ${body.value.channel}`);
};

beforeEach(() => {
  events = [];
  sent = [];
  session = new Session((event) => events.push(event));
});

const columns = (kind: "snapshot" | "delta", epoch: bigint, previous: number, revision: number) =>
  encodeServer({
    case: kind,
    value: columnsOf({ channel: "overview", epoch, previous, revision }),
  });
const snapshot = (epoch: bigint, revision: number) => columns("snapshot", epoch, 0, revision);
const delta = (epoch: bigint, previous: number, revision: number) =>
  columns("delta", epoch, previous, revision);
const end = (epoch: bigint, revision: number) =>
  encodeServer({ case: "end", value: { channel: "overview", epoch, revision: BigInt(revision) } });
const startOver = () =>
  encodeServer({ case: "startOver", value: { channel: "overview", reason: "gap" } });

/** What went to the page: "begin", "4" for columns that lead to revision 4, "end 4". */
function told(): string[] {
  return events.flatMap((event) => {
    if (event.type === "begin") return ["begin"];
    if (event.type === "columns") return [String(event.batch.revision)];
    return event.type === "end" ? [`end ${event.revision}`] : [];
  });
}

function receive(...frames: Uint8Array[]): void {
  for (const frame of frames) session.receive(frame);
}

function openLive(): void {
  session.connected(send);
  session.open("overview");
  receive(snapshot(1n, 4), snapshot(1n, 4), end(1n, 4));
}

test("a snapshot in pieces is told from its beginning to its end", () => {
  openLive();
  expect(sent).toEqual(["open overview 0/0"]);
  expect(told()).toEqual(["begin", "4", "4", "end 4"]);
});

test("another grouping asks for all channels anew, and what is under way of the former is dropped", () => {
  openLive();
  session.group("rack");
  session.group("rack");
  expect(sent.slice(1)).toEqual(["close overview", "open overview 0/0 by rack"]);
  receive(delta(1n, 4, 5), snapshot(1n, 5), end(1n, 5));
  expect(told().slice(4)).toEqual(["begin", "5", "end 5"]);
});

test("deltas that join up are handed on", () => {
  openLive();
  receive(delta(1n, 4, 5), delta(1n, 5, 9));
  expect(told().slice(4)).toEqual(["5", "9"]);
});

test.each([
  ["a gap", () => delta(1n, 5, 6)],
  ["another epoch", () => delta(2n, 4, 5)],
  ["a delta that was applied already", () => delta(1n, 3, 4)],
])("after %s the channel is asked for anew, and nothing of it reaches the page", (_what, frame) => {
  openLive();
  receive(frame(), delta(1n, 4, 5));
  expect(told()).toHaveLength(4);
  expect(sent.slice(1)).toEqual(["close overview", "open overview 0/0"]);
  receive(snapshot(1n, 8), end(1n, 8), delta(1n, 8, 9));
  expect(told().slice(4)).toEqual(["begin", "8", "end 8", "9"]);
});

test("an end that is not of the snapshot before it is not believed", () => {
  session.connected(send);
  session.open("overview");
  receive(snapshot(1n, 4), end(1n, 5));
  expect(told()).toEqual(["begin", "4"]);
  expect(sent.at(-1)).toBe("open overview 0/0");
});

test("a snapshot of another revision begins anew", () => {
  session.connected(send);
  session.open("overview");
  receive(snapshot(1n, 4), snapshot(1n, 7), end(1n, 7));
  expect(told()).toEqual(["begin", "4", "begin", "7", "end 7"]);
});

test("after a loss a channel goes on from what is held", () => {
  openLive();
  receive(delta(1n, 4, 6));
  session.lost();
  session.connected(send);
  expect(sent.at(-1)).toBe("open overview 1/6");
  receive(delta(1n, 6, 7));
  expect(told().slice(-1)).toEqual(["7"]);
});

test("a snapshot that the loss cut off counts for nothing", () => {
  session.connected(send);
  session.open("overview");
  receive(snapshot(1n, 4));
  session.lost();
  session.connected(send);
  expect(sent.at(-1)).toBe("open overview 0/0");
});

test("start over: what is held stays with the page until the new snapshot has ended", () => {
  openLive();
  receive(startOver(), delta(1n, 4, 5), snapshot(2n, 1), end(2n, 1), delta(2n, 1, 2));
  expect(told().slice(4)).toEqual(["begin", "1", "end 1", "2"]);
  expect(sent).toHaveLength(1);
});

test("what comes of a channel that was closed is dropped", () => {
  openLive();
  session.close("overview");
  receive(delta(1n, 4, 5), snapshot(1n, 9), end(1n, 9));
  expect(told()).toHaveLength(4);
  expect(sent.at(-1)).toBe("close overview");
});

test("a server that never joins up ends the connection instead of being asked for ever", () => {
  openLive();
  expect(() => {
    for (let i = 0; i < 10; i++) receive(snapshot(1n, 4), end(1n, 5));
  }).toThrow(FrameError);
  expect(sent.filter((one) => one.startsWith("open")).length).toBeLessThan(6);
});

test("columns of another schema are said, and not read", () => {
  session.connected(send);
  const hello = encodeServer({ case: "hello", value: { schema: 99 } });
  expect(() => receive(hello)).toThrow(FrameError);
  expect(events).toContainEqual({ type: "otherSchema", theirs: 99, ours: schemaVersion });
});
