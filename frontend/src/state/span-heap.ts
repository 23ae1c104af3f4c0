type Piece = Uint8Array | Uint32Array;

/**
 * Keeps a piece of varying length for each row (a text, a list of IDs) in one
 * growing array. What rows no longer use is squeezed out when it is more than
 * half, so the heap stays within twice what is in use.
 */
export class SpanHeap<P extends Piece> {
  readonly #make: (length: number) => P;
  #heap: P;
  #used = 0;
  #waste = 0;
  #start = new Uint32Array(64);
  #length = new Uint32Array(64);

  constructor(make: (length: number) => P) {
    this.#make = make;
    this.#heap = make(256);
  }

  /** The piece of a row, as a view that holds until the next change. */
  get(row: number): P {
    const start = this.#start[row] ?? 0;
    return this.#heap.subarray(start, start + (this.#length[row] ?? 0)) as P;
  }

  /** Takes a copy of the piece as the row's. */
  set(row: number, piece: ArrayLike<number>): void {
    this.#reserveRow(row);
    if (piece.length === 0) {
      this.clear(row); // its place may be beyond a heap that was squeezed since
      return;
    }
    const held = this.#length[row] ?? 0;
    if (piece.length > held) {
      this.#waste += held;
      this.#length[row] = 0;
      this.#reserve(piece.length);
      this.#start[row] = this.#used;
      this.#used += piece.length;
    } else {
      this.#waste += held - piece.length;
    }
    this.#heap.set(piece as never, this.#start[row] ?? 0);
    this.#length[row] = piece.length;
  }

  clear(row: number): void {
    this.#waste += this.#length[row] ?? 0;
    this.#length[row] = 0;
  }

  /** Gives a row's piece to another row, which must have none. */
  move(from: number, to: number): void {
    this.#reserveRow(to);
    this.#start[to] = this.#start[from] ?? 0;
    this.#length[to] = this.#length[from] ?? 0;
    this.#length[from] = 0;
  }

  /** Elements kept, used or not: for tests of the bound. */
  get size(): number {
    return this.#used;
  }

  #reserveRow(row: number): void {
    if (row < this.#start.length) return;
    const rows = Math.max(row + 1, this.#start.length * 2);
    const start = new Uint32Array(rows);
    const length = new Uint32Array(rows);
    start.set(this.#start);
    length.set(this.#length);
    this.#start = start;
    this.#length = length;
  }

  #reserve(more: number): void {
    if (this.#waste > 256 && this.#waste * 2 > this.#used) this.#squeeze(more);
    if (this.#used + more <= this.#heap.length) return;
    const heap = this.#make(Math.max(this.#used + more, this.#heap.length * 2));
    heap.set(this.#heap.subarray(0, this.#used) as never);
    this.#heap = heap;
  }

  #squeeze(more: number): void {
    const heap = this.#make(Math.max(256, (this.#used - this.#waste + more) * 2));
    let used = 0;
    for (let row = 0; row < this.#length.length; row++) {
      const length = this.#length[row] ?? 0;
      if (length === 0) continue;
      const start = this.#start[row] ?? 0;
      heap.set(this.#heap.subarray(start, start + length) as never, used);
      this.#start[row] = used;
      used += length;
    }
    this.#heap = heap;
    this.#used = used;
    this.#waste = 0;
  }
}
