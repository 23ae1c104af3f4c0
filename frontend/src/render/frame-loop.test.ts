import { expect, test } from "vitest";
import { FrameLoop } from "./frame-loop";

function loopByHand() {
  const asked: ((nowMs: number) => void)[] = [];
  const loop = new FrameLoop((step) => asked.push(step));
  const frame = (nowMs: number): void => asked.shift()?.(nowMs);
  return { loop, asked, frame };
}

test("any number of requests are one frame", () => {
  const { loop, asked } = loopByHand();
  for (let i = 0; i < 5; i++) loop.request();
  expect(asked).toHaveLength(1);
});

test("movers run before painters", () => {
  const { loop, frame } = loopByHand();
  const order: string[] = [];
  loop.paint(() => order.push("paint"));
  loop.move(() => order.push("move"));
  frame(1);
  expect(order).toEqual(["move", "paint"]);
});

test("while something moves there are frames; afterwards there are none", () => {
  const { loop, asked, frame } = loopByHand();
  const stop = loop.move(() => undefined);
  frame(1);
  expect(asked).toHaveLength(1);
  stop();
  frame(2);
  expect(asked).toHaveLength(0);
});
