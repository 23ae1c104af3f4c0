import type { Status } from "./freshness";
import { illThings, type Rollup } from "./rollup";

const fromWorst = ["down", "degraded", "stale", "unknown"] as const;

/**
 * How bad it is inside of a site or cluster, as a number to put them in order
 * by: what carries others weighs more than what is carried, down more than
 * degraded, and what nobody vouches for is not well.
 */
export function severityOf(rollup: Rollup): number {
  const { nodeStatus, podStatus, cables, status } = rollup;
  let sum = 0;
  for (const state of fromWorst) {
    const devices = status[state] - nodeStatus[state] - podStatus[state];
    const [device, node, cable, pod] = weights[state];
    sum +=
      device * devices + node * nodeStatus[state] + cable * cables[state] + pod * podStatus[state];
  }
  return sum;
}

/** Of a device, a node, a cable and a pod. */
const weights: Readonly<Record<Exclude<Status, "ok">, readonly [number, number, number, number]>> =
  {
    down: [40, 20, 10, 1],
    degraded: [4, 4, 2, 0.25],
    stale: [8, 8, 1, 0.25],
    unknown: [2, 2, 0, 0.1],
  };

/** What is wrong inside: "1 node, 4 pods down", "19 pods degraded". */
export function wrongIn(rollup: Rollup, states: readonly Status[] = fromWorst): string[] {
  return states.flatMap((state) => {
    const things = illThings(rollup, state).join(", ");
    return things === "" ? [] : [`${things} ${state}`];
  });
}
