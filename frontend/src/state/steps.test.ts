import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Steps } from "./steps";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** Asks every 10 ms for a while, of work that takes so long; says when it began. */
async function begun(tookMs: number, forMs: number): Promise<number[]> {
  const times: number[] = [];
  let spentMs = 0;
  const steps = new Steps(
    250,
    async () => {
      times.push(Date.now());
      spentMs += tookMs;
    },
    () => Date.now() + spentMs,
  );
  const startMs = Date.now();
  while (Date.now() - startMs < forMs) {
    steps.ask();
    await vi.advanceTimersByTimeAsync(10);
  }
  return times.map((ms) => ms - startMs);
}

test("light work is done four times a second", async () => {
  const times = await begun(1, 2_600);
  expect(times.length).toBeGreaterThanOrEqual(9);
  expect(times.length).toBeLessThanOrEqual(10);
});

test("heavy work is done a fifth of the time, and goes on", async () => {
  const times = await begun(500, 20_000);
  expect(times.length).toBeGreaterThanOrEqual(9);
  expect(times.length).toBeLessThanOrEqual(11);
});

test("nothing is done that nobody asks for", async () => {
  let done = 0;
  const steps = new Steps(250, async () => {
    done++;
  });
  steps.ask();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(done).toBe(1);
});
