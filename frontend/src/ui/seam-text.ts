import type { RestSeam } from "../api/rest";

/** How many nodes stand on a known switch port, and why the others do not, in one sentence. */
export function seamText({ nodes, known, why }: RestSeam): string {
  if (nodes === 0) return "No nodes are known yet.";
  const all = nodes === 1 ? "The one node stands" : `All ${nodes} nodes stand`;
  if (known >= nodes) return `${all} on a known switch port.`;
  const verb = known === 1 ? "stands" : "stand";
  const reasons = why
    .filter(({ count }) => count > 0)
    .map(({ reason, count }) => `${count} ${reason}`);
  const rest = nodes - known;
  const others =
    reasons.length === 0
      ? `${rest} ${rest === 1 ? "does" : "do"} not`
      : `the others do not: ${reasons.join(", ")}`;
  return `${known} of ${nodes} nodes ${verb} on a known switch port; ${others}.`;
}
