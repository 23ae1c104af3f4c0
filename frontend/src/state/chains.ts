import { RowIndex } from "./row-index";
import { grown } from "./rows";

/**
 * Lists of places (rows, or ends of rows) by ID, in the order in which they
 * were added. A place is in one list at most, so that each costs two numbers,
 * and leaves its list at once, however long that is.
 */
export class Chains {
  readonly #first: RowIndex;
  // Each list is a circle: what is before its first is its last.
  #next = new Int32Array(0);
  #before = new Int32Array(0);

  /** As long as a place is in a list, `keyOf` has to tell whose. */
  constructor(keyOf: (place: number) => number) {
    this.#first = new RowIndex(keyOf);
  }

  reserve(places: number): void {
    if (places <= this.#next.length) return;
    this.#next = grown(this.#next, new Int32Array(places));
    this.#before = grown(this.#before, new Int32Array(places));
  }

  has(key: number): boolean {
    return this.#first.get(key) !== undefined;
  }

  get(key: number): number[] {
    const first = this.#first.get(key);
    if (first === undefined) return [];
    const places = [first];
    for (let at = this.#next[first] ?? first; at !== first; at = this.#next[at] ?? first)
      places.push(at);
    return places;
  }

  add(key: number, place: number): void {
    const first = this.#first.get(key);
    if (first === undefined) {
      this.#first.set(key, place);
      this.#join(place, place);
      return;
    }
    this.#join(this.#before[first] ?? 0, place);
    this.#join(place, first);
  }

  remove(key: number, place: number): void {
    const [before, next] = [this.#before[place] ?? 0, this.#next[place] ?? 0];
    if (next === place) {
      this.#first.delete(key);
      return;
    }
    this.#join(before, next);
    if (this.#first.get(key) === place) this.#first.set(key, next);
  }

  /** What was at one place is at another now, and has its turn in the list as before. */
  move(key: number, from: number, to: number): void {
    const [before, next] = [this.#before[from] ?? 0, this.#next[from] ?? 0];
    if (next === from) this.#join(to, to);
    else {
      this.#join(before, to);
      this.#join(to, next);
    }
    if (this.#first.get(key) === from) this.#first.set(key, to);
  }

  #join(before: number, next: number): void {
    this.#next[before] = next;
    this.#before[next] = before;
  }
}
