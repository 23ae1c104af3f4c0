import type { SourceRow } from "../api/columns";
import { ScopeState } from "./words";

/** What to do about a source that does not answer as it should; "" when nothing is to be done. */
export function adviceOn({ kind, state }: Pick<SourceRow, "kind" | "state">): string {
  const isCluster = kind === "kube";
  switch (state) {
    case ScopeState.unreachable:
      return isCluster
        ? "Can this machine reach the API server, and is the address in the kubeconfig right?"
        : "Can this machine reach the switch by UDP port 161, does SNMP run there, and are the credentials right? A wrong community is met with silence.";
    case ScopeState.unauthorised:
      return isCluster
        ? "The API server knows these credentials not, or not any more: renew the kubeconfig."
        : "The switch refuses user, password or protocol: compare them with its configuration.";
    case ScopeState.forbidden:
      return isCluster
        ? "The credentials may not get, list and watch this: give them netseam's ClusterRole."
        : "The switch's view leaves this out: let the community or user read the whole tree.";
    case ScopeState.stale:
      return "It answered before and is asked again: nothing to do unless this lasts.";
    case ScopeState.unsupported:
      return isCluster
        ? "This cluster does not have it."
        : "This switch does not have it: is LLDP on?";
    default:
      return "";
  }
}

/** Sources that need somebody, the worst first. */
export function worstFirst(sources: readonly SourceRow[]): SourceRow[] {
  return [...sources].sort((p, q) => q.state - p.state || p.id.localeCompare(q.id));
}
