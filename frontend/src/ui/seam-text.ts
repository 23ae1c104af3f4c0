import type { RestSeam } from "../api/rest";

/** How many nodes stand on a known switch port, and why the others do not, in one sentence. */
export function seamText({ nodes, known, why }: RestSeam): string {
  if (nodes === 0) return "No nodes are known yet.";
  const stand = known === 1 ? "stands" : "stand";
  const begin = `${known} of ${nodes} node${nodes === 1 ? "" : "s"} ${stand} on a known switch port`;
  const rest = nodes - known;
  if (rest <= 0) return `${begin}.`;
  const reasons = why
    .filter(({ count }) => count > 0)
    .map(({ reason, count }) => `${count}: ${reason}`);
  return `${begin}. ${reasons.length === 0 ? `${rest} ${rest === 1 ? "does" : "do"} not` : reasons.join("; ")}.`;
}
