/**
 * Places points on a line as near as may be to where they want to be, in their
 * order and at least a gap apart, all between two bounds. Pools neighbours that
 * are too near and puts each pool at the middle of its wishes.
 */
export function spread(wishes: readonly number[], gap: number, from: number, to: number): number[] {
  const room = Math.max(0, to - from);
  const between = wishes.length > 1 ? Math.min(gap, room / (wishes.length - 1)) : 0;
  // Less i gaps, "a gap apart" becomes "not falling".
  const pools: { sum: number; count: number }[] = [];
  wishes.forEach((wish, i) => {
    pools.push({ sum: wish - i * between, count: 1 });
    merge(pools);
  });
  const last = to - between * Math.max(0, wishes.length - 1);
  return pools
    .flatMap(({ sum, count }) => new Array<number>(count).fill(sum / count))
    .map((place, i) => Math.max(from, Math.min(place, last)) + i * between);
}

function merge(pools: { sum: number; count: number }[]): void {
  for (;;) {
    const last = pools.at(-1);
    const before = pools.at(-2);
    if (last === undefined || before === undefined) return;
    if (before.sum / before.count <= last.sum / last.count) return;
    pools.splice(-2, 2, { sum: before.sum + last.sum, count: before.count + last.count });
  }
}
