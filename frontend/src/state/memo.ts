/** Derived data, computed when first asked for and again when its input's version has changed. */
export class Memo<T> {
  readonly #compute: () => T;
  readonly #version: () => number;
  #held: { readonly version: number; readonly value: T } | undefined;

  constructor(version: () => number, compute: () => T) {
    this.#version = version;
    this.#compute = compute;
  }

  get(): T {
    const version = this.#version();
    if (this.#held?.version !== version) this.#held = { version, value: this.#compute() };
    return this.#held.value;
  }
}
