import { hostPart } from "./names";
import { Kind } from "./words";
import type { World } from "./world";

/** The names of hosts without their domain, where that leaves one name to one host. */
export class ShortNames {
  readonly #world: World;
  #version = -1;
  #hosts = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  of(name: string, kind: number): string {
    if (!isHost(kind)) return name;
    const short = hostPart(name);
    return short === name || this.#count(short) > 1 ? name : short;
  }

  #count(short: string): number {
    if (this.#version !== this.#world.version) {
      this.#version = this.#world.version;
      this.#hosts = new Map();
      this.#world.eachVertex((_id, kind, { store: { vertices } }, row) => {
        if (!isHost(kind)) return;
        const each = hostPart(vertices.name(row));
        this.#hosts.set(each, (this.#hosts.get(each) ?? 0) + 1);
      });
    }
    return this.#hosts.get(short) ?? 0;
  }
}

function isHost(kind: number): boolean {
  return kind === Kind.device || kind === Kind.node || kind === Kind.hypervisor;
}
