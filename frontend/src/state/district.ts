import type { Batch, PositionBatch } from "../api/columns";
import { ChannelPositions, ChannelStore } from "./channel";
import { Memo } from "./memo";
import { type Rollup, rollUp } from "./rollup";

/**
 * One channel as the page holds it: what is shown, the snapshot that is still
 * arriving, the boxes, and what is derived from them.
 */
export class District {
  readonly name: string;
  readonly positions = new ChannelPositions();
  #store: ChannelStore;
  #staged: ChannelStore | undefined;
  #whole = false;
  #version = 0;
  #positionsVersion = 0;
  readonly #rollups: Memo<Map<number, Rollup>>;
  readonly #edges: Memo<Map<number, number[]>>;
  readonly #members: Memo<Map<number, number[]>>;
  readonly #children: Memo<Map<number, number[]>>;

  constructor(name: string) {
    this.name = name;
    this.#store = new ChannelStore(name);
    const version = () => this.#version;
    this.#rollups = new Memo(version, () => rollUp(this.#store));
    this.#edges = new Memo(version, () => edgesByEnd(this.#store));
    this.#members = new Memo(version, () => membersByParent(this.#store));
    this.#children = new Memo(
      () => this.#positionsVersion,
      () => childrenByFrame(this.positions),
    );
  }

  /** What is shown: always whole as of its revision, empty until the first snapshot has ended. */
  get store(): ChannelStore {
    return this.#store;
  }

  get whole(): boolean {
    return this.#whole;
  }

  get version(): number {
    return this.#version;
  }

  begin(): void {
    this.#staged = new ChannelStore(this.name);
  }

  apply(batch: Batch): void {
    if (this.#staged !== undefined) {
      this.#staged.apply(batch);
      return;
    }
    this.#store.apply(batch);
    this.#version++;
  }

  end(): void {
    if (this.#staged === undefined) return;
    this.#store = this.#staged;
    this.#staged = undefined;
    this.#whole = true;
    this.#version++;
  }

  place(batch: PositionBatch): void {
    this.positions.apply(batch);
    this.#positionsVersion++;
  }

  rollup(id: number): Rollup | undefined {
    return this.#rollups.get().get(id);
  }

  /** Rows of the edges that end at a vertex. */
  edgesOf(id: number): readonly number[] {
    return this.#edges.get().get(id) ?? [];
  }

  /** Rows of the vertices whose parent is this one. */
  membersOf(id: number): readonly number[] {
    return this.#members.get().get(id) ?? [];
  }

  /** The vertices whose boxes are counted in this one's, in the order of reading. */
  childrenOf(frame: number): readonly number[] {
    return this.#children.get().get(frame) ?? [];
  }
}

function addTo(lists: Map<number, number[]>, key: number, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function edgesByEnd({ edges }: ChannelStore): Map<number, number[]> {
  const byEnd = new Map<number, number[]>();
  for (let row = 0; row < edges.size; row++) {
    const a = edges.a[row] ?? 0;
    const b = edges.b[row] ?? 0;
    addTo(byEnd, a, row);
    if (b !== a) addTo(byEnd, b, row);
  }
  return byEnd;
}

function membersByParent({ vertices }: ChannelStore): Map<number, number[]> {
  const byParent = new Map<number, number[]>();
  for (let row = 0; row < vertices.size; row++) addTo(byParent, vertices.parent[row] ?? 0, row);
  return byParent;
}

function childrenByFrame({ table }: ChannelPositions): Map<number, number[]> {
  const byFrame = new Map<number, number[]>();
  for (let row = 0; row < table.size; row++) {
    addTo(byFrame, table.frame[row] ?? 0, table.ids[row] ?? 0);
  }
  const place = (id: number): readonly [number, number] => {
    const row = table.rowOf(id) ?? 0;
    return [table.y[row] ?? 0, table.x[row] ?? 0];
  };
  for (const children of byFrame.values()) {
    children.sort((p, q) => {
      const [py, px] = place(p);
      const [qy, qx] = place(q);
      return py - qy || px - qx || p - q;
    });
  }
  return byFrame;
}
