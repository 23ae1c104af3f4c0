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
