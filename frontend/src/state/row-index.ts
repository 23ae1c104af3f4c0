const least = 16;

/**
 * Which row an ID has, by four bytes a place: the row, which says whose it is.
 * There is room for as many as there ever were at once. The engine's own map
 * keeps the places of what was deleted until it is full and then doubles, so
 * that IDs which come and go make it twice as large.
 *
 * IDs are whole numbers of up to 53 bits. A row is searched for from where its
 * ID's hash points; what is deleted is filled by what stands after it. As long
 * as a row is in here, `idOf` has to tell its ID.
 */
export class RowIndex {
  readonly #idOf: (row: number) => number;
  /** Rows, from 1; 0 is a free place. */
  #places = new Int32Array(least);
  #size = 0;
  #shift = 32 - Math.log2(least);

  constructor(idOf: (row: number) => number) {
    this.#idOf = idOf;
  }

  get size(): number {
    return this.#size;
  }

  /** Places, used or not: for tests of the bound. */
  get room(): number {
    return this.#places.length;
  }

  get(id: number): number | undefined {
    const held = this.#places[this.#placeOf(id)] ?? 0;
    return held === 0 ? undefined : held - 1;
  }

  set(id: number, row: number): void {
    let place = this.#placeOf(id);
    if (this.#places[place] === 0) {
      this.#size++;
      if (this.#size * 4 > this.#places.length * 3) {
        this.#double();
        place = this.#placeOf(id);
      }
    }
    this.#places[place] = row + 1;
  }

  delete(id: number): boolean {
    let hole = this.#placeOf(id);
    if (this.#places[hole] === 0) return false;
    this.#size--;
    const places = this.#places;
    const mask = places.length - 1;
    for (let at = (hole + 1) & mask; places[at] !== 0; at = (at + 1) & mask) {
      // What would be found no more from where it belongs, with a hole before it, goes there.
      const wanted = this.#wanted(this.#idOf((places[at] ?? 0) - 1));
      if (((at - wanted) & mask) < ((at - hole) & mask)) continue;
      places[hole] = places[at] ?? 0;
      hole = at;
    }
    places[hole] = 0;
    return true;
  }

  /** Where an ID is, else the free place where it would be. */
  #placeOf(id: number): number {
    const places = this.#places;
    const mask = places.length - 1;
    let at = this.#wanted(id);
    for (;;) {
      const held = places[at] ?? 0;
      if (held === 0 || this.#idOf(held - 1) === id) return at;
      at = (at + 1) & mask;
    }
  }

  #wanted(id: number): number {
    const folded = (id | 0) ^ Math.imul(Math.floor(id / 2 ** 32), 0x85ebca6b);
    return Math.imul(folded, 0x9e3779b1) >>> this.#shift;
  }

  #double(): void {
    const before = this.#places;
    this.#places = new Int32Array(before.length * 2);
    this.#shift--;
    for (const held of before) {
      if (held !== 0) this.#places[this.#placeOf(this.#idOf(held - 1))] = held;
    }
  }
}
