import { hostPart } from "./names";
import { Kind } from "./words";
import type { World } from "./world";

const hosts: readonly number[] = [Kind.device, Kind.node, Kind.hypervisor];

/** The names of hosts without their domain, where that leaves one name to one host. */
export class ShortNames {
  readonly #world: World;
  #version = -1;
  #hosts = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  of(name: string, kind: number): string {
    if (!hosts.includes(kind)) return name;
    const short = hostPart(name);
    return short === name || this.#count(short) > 1 ? name : short;
  }

  #count(short: string): number {
    if (this.#version !== this.#world.version) {
      this.#version = this.#world.version;
      this.#hosts = new Map();
      this.#world.eachVertex(hosts, (_id, _kind, { store: { vertices } }, row) => {
        const each = hostPart(vertices.name(row));
        this.#hosts.set(each, (this.#hosts.get(each) ?? 0) + 1);
      });
    }
    return this.#hosts.get(short) ?? 0;
  }
}
