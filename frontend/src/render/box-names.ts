import { hostPart } from "../state/names";
import { Kind } from "../state/words";
import type { Geometry } from "./geometry";

/**
 * What a vertex is called in its box: a host goes without its domain and without
 * the name of the box that it stands in, unless two of that box would then be
 * called the same. The same at every scale and wherever a box names it.
 */
export function boxName(geometry: Geometry, id: number): string {
  const vertex = geometry.scene.vertex(id);
  if (vertex === undefined) return "";
  if (!isHost(vertex.kind)) return vertex.name;
  const holder = vertex.parent;
  const names = geometry.boxNames.get(holder) ?? namesIn(geometry, holder);
  geometry.boxNames.set(holder, names);
  // A node of a part at another site stands in another box.
  return names.get(id) ?? withoutPrefix(hostPart(vertex.name), nameOf(geometry, holder));
}

function isHost(kind: number): boolean {
  return kind === Kind.device || kind === Kind.node || kind === Kind.hypervisor;
}

function namesIn(geometry: Geometry, holder: number): Map<number, string> {
  const { scene } = geometry;
  const prefix = nameOf(geometry, holder);
  const hosts = scene.childrenOf(holder).flatMap((id) => {
    const vertex = isHost(scene.kindOf(id)) ? scene.vertex(id) : undefined;
    return vertex === undefined ? [] : [{ id, name: vertex.name, host: hostPart(vertex.name) }];
  });
  const forms = [
    hosts.map(({ host }) => withoutPrefix(host, prefix)),
    hosts.map(({ host }) => host),
  ];
  const taken = forms.map((names) => countsOf(names));
  return new Map(
    hosts.map(({ id, name }, i) => {
      const form = forms.findIndex((names, f) => taken[f]?.get(names[i] ?? "") === 1);
      return [id, forms[form]?.[i] ?? name];
    }),
  );
}

function nameOf({ scene }: Geometry, id: number): string {
  return scene.vertex(id)?.name ?? "";
}

/** "leaf1" of "fra1-leaf1" in fra1. */
function withoutPrefix(name: string, prefix: string): string {
  const begins =
    prefix !== "" &&
    name.length > prefix.length + 1 &&
    name.toLowerCase().startsWith(prefix.toLowerCase()) &&
    /[-._:]/.test(name.charAt(prefix.length));
  return begins ? name.slice(prefix.length + 1) : name;
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
