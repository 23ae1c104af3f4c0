/** After work that took long, it is left alone for so many times as long. */
const share = 4;

/**
 * Does work in steps, for what asks for it more often than it can be done: at
 * most so often, and never more than a fifth of the time.
 */
export class Steps {
  readonly #work: () => Promise<void>;
  readonly #leastMs: number;
  readonly #now: () => number;
  #waitMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(leastMs: number, work: () => Promise<void>, now = () => performance.now()) {
    this.#leastMs = leastMs;
    this.#waitMs = leastMs;
    this.#work = work;
    this.#now = now;
  }

  /** Lets the work be done soon; what is asked meanwhile is the same step. */
  ask(): void {
    this.#timer ??= setTimeout(() => void this.#step(), this.#waitMs);
  }

  async #step(): Promise<void> {
    this.#timer = undefined;
    const startMs = this.#now();
    await this.#work();
    this.#waitMs = Math.max(this.#leastMs, share * (this.#now() - startMs));
  }
}
