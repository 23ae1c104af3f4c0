const least = 16;

/**
 * A map by ID that has as much room as it ever needed for as many at once. The
 * engine's own keeps the places of what was deleted until it is full and then
 * doubles, so that IDs which come and go make it twice as large; and it keeps
 * many a number as a thing of its own.
 *
 * IDs are whole numbers of up to 53 bits. A place is searched for from where
 * the ID's hash points; what is deleted is filled by what stands after it.
 */
export class IdMap<V> {
  #keys = new Float64Array(least);
  #values: (V | undefined)[] = emptyPlaces(least);
  #size = 0;
  #shift = 32 - Math.log2(least);

  get size(): number {
    return this.#size;
  }

  /** Places, used or not: for tests of the bound. */
  get room(): number {
    return this.#keys.length;
  }

  get(id: number): V | undefined {
    return this.#values[this.#placeOf(id)];
  }

  has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  set(id: number, value: V): void {
    let place = this.#placeOf(id);
    if (this.#values[place] === undefined) {
      this.#size++;
      if (this.#size * 4 > this.#keys.length * 3) {
        this.#double();
        place = this.#placeOf(id);
      }
    }
    this.#keys[place] = id;
    this.#values[place] = value;
  }

  delete(id: number): boolean {
    let hole = this.#placeOf(id);
    if (this.#values[hole] === undefined) return false;
    this.#size--;
    const mask = this.#keys.length - 1;
    for (let at = (hole + 1) & mask; this.#values[at] !== undefined; at = (at + 1) & mask) {
      // What would be found no more from where it belongs, with a hole before it, goes there.
      const wanted = this.#wanted(this.#keys[at] ?? 0);
      if (((at - wanted) & mask) < ((at - hole) & mask)) continue;
      this.#keys[hole] = this.#keys[at] ?? 0;
      this.#values[hole] = this.#values[at];
      hole = at;
    }
    this.#values[hole] = undefined;
    return true;
  }

  /** Where an ID is, else the free place where it would be. */
  #placeOf(id: number): number {
    const mask = this.#keys.length - 1;
    let at = this.#wanted(id);
    while (this.#values[at] !== undefined && this.#keys[at] !== id) at = (at + 1) & mask;
    return at;
  }

  #wanted(id: number): number {
    const folded = (id | 0) ^ Math.imul(Math.floor(id / 2 ** 32), 0x85ebca6b);
    return Math.imul(folded, 0x9e3779b1) >>> this.#shift;
  }

  #double(): void {
    const [keys, values] = [this.#keys, this.#values];
    this.#keys = new Float64Array(keys.length * 2);
    this.#values = emptyPlaces<V>(keys.length * 2);
    this.#shift--;
    values.forEach((value, i) => {
      if (value === undefined) return;
      const place = this.#placeOf(keys[i] ?? 0);
      this.#keys[place] = keys[i] ?? 0;
      this.#values[place] = value;
    });
  }
}

function emptyPlaces<V>(count: number): (V | undefined)[] {
  return Array.from<V | undefined>({ length: count }).fill(undefined);
}
