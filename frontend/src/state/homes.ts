import type { Batch, PositionBatch } from "../api/columns";
import type { District } from "./district";
import { Rows } from "./rows";
import { overview, VertexFlag } from "./words";

/**
 * Which district a vertex belongs to, and which one places it, without asking
 * each. Kept up with every batch, at the cost of the batch.
 */
export class Homes {
  readonly #home = new Holders();
  readonly #placer = new Holders();
  #overview: District | undefined;

  /** The district in which the vertex is not a stub; undefined if none is held. */
  of(id: number): District | undefined {
    return this.#home.get(id);
  }

  /** The district that places the vertex or furniture: the overview, if it does. */
  placerOf(id: number): District | undefined {
    const over = this.#overview;
    return over?.positions.box(id) === undefined ? this.#placer.get(id) : over;
  }

  /** A delta was applied. */
  applied(district: District, { vertices, goneVertices }: Batch): void {
    for (let i = 0; i < (vertices?.count ?? 0); i++) {
      const id = vertices?.id[i] ?? 0;
      if (((vertices?.flags[i] ?? 0) & VertexFlag.stub) === 0) this.#home.set(id, district);
      else drop(this.#home, id, district);
    }
    for (const id of goneVertices) drop(this.#home, id, district);
  }

  /** What a district shows is about to be replaced as a whole, or dropped. */
  leaving(district: District): void {
    for (const id of idsOf(district.store.vertices)) drop(this.#home, id, district);
  }

  /** A district shows a new snapshot. */
  arrived(district: District): void {
    const { vertices } = district.store;
    for (let row = 0; row < vertices.size; row++) {
      if (((vertices.flags[row] ?? 0) & VertexFlag.stub) === 0)
        this.#home.set(vertices.ids[row] ?? 0, district);
    }
  }

  /** Boxes are about to be placed. */
  placing(district: District, { whole, id, gone, furniture }: PositionBatch): void {
    if (district.name === overview) {
      this.#overview = district;
      return;
    }
    if (whole) this.unplace(district);
    for (const one of id) this.#placer.set(one, district);
    for (const one of gone) drop(this.#placer, one, district);
    for (const one of furniture?.id ?? []) this.#placer.set(one, district);
    for (const one of furniture?.gone ?? []) drop(this.#placer, one, district);
  }

  /** A district's boxes are about to go. */
  unplace(district: District): void {
    if (district === this.#overview) this.#overview = undefined;
    for (const id of idsOf(district.positions.table)) drop(this.#placer, id, district);
    for (const id of idsOf(district.positions.furniture)) drop(this.#placer, id, district);
  }
}

/** Districts by what they hold. */
class Holders extends Rows {
  readonly #districts: (District | undefined)[] = [];

  get(id: number): District | undefined {
    const row = this.rowOf(id);
    return row === undefined ? undefined : this.#districts[row];
  }

  set(id: number, district: District): void {
    this.#districts[this.take(id)] = district;
  }

  protected override grow(_capacity: number): void {}

  protected override clearRow(row: number): void {
    this.#districts[row] = undefined;
  }

  protected override moveRow(from: number, to: number): void {
    this.#districts[to] = this.#districts[from];
    this.#districts[from] = undefined;
  }
}

function drop(from: Holders, id: number, district: District): void {
  if (from.get(id) === district) from.drop(id);
}

function idsOf(rows: Rows): Float64Array {
  return rows.ids.subarray(0, rows.size);
}
