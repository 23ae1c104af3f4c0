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
  reasons.forEach(({ reason, count }, i) => {
    parts.push({ text: `${count}: ${reason}`, filter: `"${reason}"` });
    parts.push({ text: i === reasons.length - 1 ? "." : "; " });
  });
  return parts;
}
