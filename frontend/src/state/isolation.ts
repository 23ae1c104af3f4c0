import type { RestVertex } from "../api/rest";

/** Whether policies isolate a workload's pods, in one direction. */
export type Isolation = {
  readonly direction: "ingress" | "egress";
  /** The policies that do; empty where none does. */
  readonly by: readonly string[];
  readonly text: string;
};

/** What is known of a workload's isolation: nothing is open where policies were not read. */
export function isolationOf(workload: RestVertex, areRead: boolean): readonly Isolation[] {
  return (["ingress", "egress"] as const).map((direction) => {
    const by = workload.attrs
      .filter(({ key }) => key === `isolated_${direction}`)
      .flatMap(({ value }) => value.split(" ").filter(Boolean));
    return { direction, by, text: textOf(direction, by, areRead) };
  });
}

function textOf(direction: string, by: readonly string[], areRead: boolean): string {
  const goes = direction === "ingress" ? "come in" : "go out";
  if (by.length > 0) return `isolated: only what a policy allows may ${goes}`;
  return areRead
    ? `open: no NetworkPolicy selects it, so everything may ${goes}`
    : "not known: NetworkPolicies are not read from this cluster";
}

/** Policies of other kinds than NetworkPolicy: those that select a workload, and those of which that is not known. */
export function otherPolicies(
  workload: RestVertex,
): readonly { readonly text: string; readonly names: readonly string[] }[] {
  return [
    ["other_policy", "Also selected by, with rules that netseam does not read"],
    ["policy_not_judged", "Whether it is selected cannot be judged of"],
  ].flatMap(([key, text = ""]) => {
    const names = workload.attrs.filter((attr) => attr.key === key).map(({ value }) => value);
    return names.length === 0 ? [] : [{ text, names }];
  });
}
