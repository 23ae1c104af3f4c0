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
  readonly #children: Memo<Map<number, number[]>>;

  constructor(name: string) {
    this.name = name;
    this.#store = new ChannelStore(name);
    const version = () => this.#version;
    this.#rollups = new Memo(version, () => rollUp(this.#store));
    this.#edges = new Memo(version, () => edgesByEnd(this.#store));
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

  /** The vertices whose boxes are counted in this one's, in the order of reading. */
  childrenOf(frame: number): readonly number[] {
    return this.#children.get().get(frame) ?? [];
  }
}

function edgesByEnd({ edges }: ChannelStore): Map<number, number[]> {
  const byEnd = new Map<number, number[]>();
  const add = (end: number, row: number): void => {
    const rows = byEnd.get(end);
    if (rows === undefined) byEnd.set(end, [row]);
    else rows.push(row);
  };
  for (let row = 0; row < edges.size; row++) {
    const a = edges.a[row] ?? 0;
    const b = edges.b[row] ?? 0;
    add(a, row);
    if (b !== a) add(b, row);
  }
  return byEnd;
}

function childrenByFrame({ table }: ChannelPositions): Map<number, number[]> {
  const byFrame = new Map<number, number[]>();
  for (let row = 0; row < table.size; row++) {
    const frame = table.frame[row] ?? 0;
    const id = table.ids[row] ?? 0;
    const children = byFrame.get(frame);
    if (children === undefined) byFrame.set(frame, [id]);
    else children.push(id);
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
