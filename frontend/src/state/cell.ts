/** A value that tells its watchers when it is replaced. Values are never mutated. */
export class Cell<T> {
  #value: T;
  readonly #watchers = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const watch of this.#watchers) watch(value);
  }

  /** Calls back on every replacement; the result stops that. */
  watch(callback: (value: T) => void): () => void {
    this.#watchers.add(callback);
    return () => this.#watchers.delete(callback);
  }

  /** As watch, with the present value first: what Svelte calls a readable store. */
  subscribe(callback: (value: T) => void): () => void {
    callback(this.#value);
    return this.watch(callback);
  }
}
