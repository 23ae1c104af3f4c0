import type { RestSeam } from "../api/rest";

/** A piece of the sentence, and what to filter the table of nodes by to see whom it counts. */
export type SeamPart = { readonly text: string; readonly filter?: string };

/** How many nodes stand on a known switch port, and why the others do not, in one sentence. */
export function seamParts({ nodes, known, why }: RestSeam): readonly SeamPart[] {
  if (nodes === 0) return [{ text: "No nodes are known yet." }];
  const stand = known === 1 ? "stands" : "stand";
  const begin = {
    text: `${known} of ${nodes} node${nodes === 1 ? "" : "s"} ${stand} on a known switch port`,
    filter: "",
  };
  const rest = nodes - known;
  if (rest <= 0) return [begin, { text: "." }];
  const reasons = why.filter(({ count }) => count > 0);
  if (reasons.length === 0)
    return [begin, { text: `. ${rest} ${rest === 1 ? "does" : "do"} not.` }];
  const parts: SeamPart[] = [begin, { text: ". " }];
  reasons.forEach((reason, i) => {
    parts.push({ text: reasonText(reason), filter: filterOf(reason.reason) });
    parts.push({ text: i === reasons.length - 1 ? "." : "; " });
  });
  return parts;
}

/** A reason whose details differ from node to node is told by one of them. */
function reasonText({ reason, count, example }: RestSeam["why"][number]): string {
  if (reason === example.why) return `${count}: ${reason}`;
  const others = count > 1 ? `, and ${count - 1} more like it` : "";
  return `${count}: ${example.why} (${example.name}${others})`;
}

/** What all nodes with a reason have in common: each piece between what differs. */
function filterOf(reason: string): string {
  return reason
    .split(/…|; /)
    .map((piece) => piece.trim())
    .filter((piece) => /\w\w/.test(piece))
    .map((piece) => `"${piece}"`)
    .join(" ");
}
