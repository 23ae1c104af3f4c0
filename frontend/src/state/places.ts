import type { District } from "./district";
import type { Box, Furniture } from "./graph";
import type { Homes } from "./homes";
import { isFurniture } from "./words";

type PlacedIn = { readonly vertices: readonly number[]; readonly furniture: readonly number[] };

/**
 * Where everything stands. Frames chain across channels, and some are furniture:
 * here that is looked through, so that every box is counted in a vertex's.
 */
export class Places {
  readonly #districts: ReadonlyMap<string, District>;
  readonly #homes: Homes;
  readonly #in = new Map<number, PlacedIn>();

  constructor(districts: ReadonlyMap<string, District>, homes: Homes) {
    this.#districts = districts;
    this.#homes = homes;
  }

  /** Something was placed, or a district came or left. */
  forget(): void {
    this.#in.clear();
  }

  box(id: number): Box | undefined {
    let box = this.#homes.placerOf(id)?.positions.box(id);
    for (let depth = 0; box !== undefined && isFurniture(box.frame) && depth < 4; depth++) {
      const piece = this.#homes.placerOf(box.frame)?.positions.box(box.frame);
      if (piece === undefined) return undefined;
      box = { ...box, frame: piece.frame, x: box.x + piece.x, y: box.y + piece.y };
    }
    return box;
  }

  furniture(id: number): Furniture | undefined {
    const box = this.box(id);
    const piece = this.#homes.placerOf(id)?.positions.furniture.piece(id);
    return box === undefined || piece === undefined ? undefined : { ...piece, ...box };
  }

  in(frame: number): PlacedIn {
    const held = this.#in.get(frame);
    if (held !== undefined) return held;
    const all = [...this.#districts.values()].flatMap((district) => district.childrenOf(frame));
    const vertices = all.filter((id) => !isFurniture(id));
    const furniture = all.filter(isFurniture);
    for (const piece of [...furniture]) {
      const inside = this.in(piece);
      vertices.push(...inside.vertices);
      furniture.push(...inside.furniture);
    }
    const placed = { vertices, furniture };
    this.#in.set(frame, placed);
    return placed;
  }
}
