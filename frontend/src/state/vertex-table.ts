import type { VertexColumns } from "../api/columns";
import { Chains } from "./chains";
import { grown, Rows } from "./rows";
import { SpanHeap } from "./span-heap";

const decoder = new TextDecoder();

/** The vertices of one channel, as columns. */
export class VertexTable extends Rows {
  kind = new Uint8Array(0);
  health = new Uint8Array(0);
  flags = new Uint8Array(0);
  slot = new Uint32Array(0);
  /** Health joined with freshness, as a place in `statuses`; whoever holds the scopes writes it. */
  status = new Uint8Array(0);
  parent = new Float64Array(0);
  controller = new Float64Array(0);
  /** Rows by what holds them. */
  readonly #members = new Chains((row) => this.parent[row] ?? 0);
  readonly #names = new SpanHeap((length) => new Uint8Array(length));
  readonly #notes = new SpanHeap((length) => new Uint8Array(length));
  readonly #scopes = new SpanHeap((length) => new Uint32Array(length));
  /** Few have one: devices and clusters. */
  readonly #owners = new Map<number, string>();
  /** Names and notes that were asked for, decoded. */
  readonly #decoded = { names: [] as (string | undefined)[], notes: [] as (string | undefined)[] };

  put(columns: VertexColumns): void {
    this.reserve(this.size + columns.count);
    for (let i = 0; i < columns.count; i++) {
      const id = columns.id[i] ?? 0;
      const isNew = !this.has(id);
      const row = this.take(id);
      this.#hang(row, isNew, columns.parent[i] ?? 0);
      this.kind[row] = columns.kind[i] ?? 0;
      this.health[row] = columns.health[i] ?? 0;
      this.flags[row] = columns.flags[i] ?? 0;
      this.slot[row] = columns.slot[i] ?? 0;
      this.controller[row] = columns.controller[i] ?? 0;
      this.#names.set(row, span(columns.names, columns.nameEnds, i));
      this.#notes.set(row, span(columns.notes, columns.noteEnds, i));
      this.#scopes.set(row, span(columns.scopes, columns.scopeEnds, i));
      this.#owners.delete(id);
      this.#forgetTexts(row);
    }
    columns.owned.forEach((id, i) => {
      this.#owners.set(id, columns.owners[i] ?? "");
    });
  }

  /** Who answers for a vertex, where somebody says so; else "". */
  owner(id: number): string {
    return this.#owners.get(id) ?? "";
  }

  /** The IDs of the vertices whose parent is this one. */
  membersOf(parent: number): number[] {
    return this.#members.get(parent).map((row) => this.ids[row] ?? 0);
  }

  name(row: number): string {
    return read(this.#names, this.#decoded.names, row);
  }

  /** Short text on the state: a pod's phase or reason, how a node's port is known. */
  note(row: number): string {
    return read(this.#notes, this.#decoded.notes, row);
  }

  scopes(row: number): Uint32Array {
    return this.#scopes.get(row);
  }

  protected override grow(capacity: number): void {
    this.kind = grown(this.kind, new Uint8Array(capacity));
    this.health = grown(this.health, new Uint8Array(capacity));
    this.flags = grown(this.flags, new Uint8Array(capacity));
    this.status = grown(this.status, new Uint8Array(capacity));
    this.slot = grown(this.slot, new Uint32Array(capacity));
    this.parent = grown(this.parent, new Float64Array(capacity));
    this.controller = grown(this.controller, new Float64Array(capacity));
    this.#members.reserve(capacity);
  }

  protected override clearRow(row: number): void {
    this.#members.remove(this.parent[row] ?? 0, row);
    this.#names.clear(row);
    this.#notes.clear(row);
    this.#scopes.clear(row);
    this.#owners.delete(this.ids[row] ?? 0);
    this.#forgetTexts(row);
  }

  protected override moveRow(from: number, to: number): void {
    this.kind[to] = this.kind[from] ?? 0;
    this.health[to] = this.health[from] ?? 0;
    this.flags[to] = this.flags[from] ?? 0;
    this.status[to] = this.status[from] ?? 0;
    this.slot[to] = this.slot[from] ?? 0;
    this.parent[to] = this.parent[from] ?? 0;
    this.#members.move(this.parent[to] ?? 0, from, to);
    this.controller[to] = this.controller[from] ?? 0;
    this.#names.move(from, to);
    this.#notes.move(from, to);
    this.#scopes.move(from, to);
    this.#forgetTexts(to);
    this.#forgetTexts(from);
  }

  /** Gives a row its parent. */
  #hang(row: number, isNew: boolean, parent: number): void {
    const held = this.parent[row] ?? 0;
    if (!isNew && held === parent) return;
    if (!isNew) this.#members.remove(held, row);
    this.parent[row] = parent;
    this.#members.add(parent, row);
  }

  #forgetTexts(row: number): void {
    this.#decoded.names[row] = undefined;
    this.#decoded.notes[row] = undefined;
  }
}

function read(heap: SpanHeap<Uint8Array>, decoded: (string | undefined)[], row: number): string {
  const held = decoded[row];
  if (held !== undefined) return held;
  const text = decoder.decode(heap.get(row));
  decoded[row] = text;
  return text;
}

/** Row i's part of a piece. */
export function span<P extends Uint8Array | Uint32Array>(
  piece: P,
  ends: Uint32Array,
  i: number,
): P {
  return piece.subarray(ends[i] ?? 0, ends[i + 1] ?? 0) as P;
}
