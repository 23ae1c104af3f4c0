/** Lists of IDs by ID, kept up as their members come and go. */
export class Lists {
  readonly #lists = new Map<number, number[]>();

  get(key: number): readonly number[] {
    return this.#lists.get(key) ?? [];
  }

  add(key: number, value: number): void {
    const list = this.#lists.get(key);
    if (list === undefined) this.#lists.set(key, [value]);
    else list.push(value);
  }

  /** Takes a value out; the last one takes its place. */
  remove(key: number, value: number): void {
    const list = this.#lists.get(key);
    const at = list?.indexOf(value) ?? -1;
    if (list === undefined || at < 0) return;
    const last = list.pop();
    if (list.length === 0) this.#lists.delete(key);
    else if (last !== undefined && at < list.length) list[at] = last;
  }
}
