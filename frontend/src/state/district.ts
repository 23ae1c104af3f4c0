import type { Batch, PositionBatch } from "../api/columns";
import { ChannelPositions, ChannelStore } from "./channel";
import { edgeAt } from "./edge-at";
import type { Edge } from "./graph";
import { Memo } from "./memo";
import type { PositionTable } from "./position-table";
import { type Rollup, rollUp } from "./rollup";
import { EdgeKind, Kind, VertexFlag } from "./words";

/** The cables of a district, for the picture. */
export type Cables = {
  readonly links: readonly Edge[];
  readonly attaches: readonly Edge[];
  /** Those of the links that end in another district. */
  readonly crossing: readonly Edge[];
};

export const noCables: Cables = { links: [], attaches: [], crossing: [] };

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
  readonly #cables: Memo<Cables>;
  readonly #children: Memo<Map<number, number[]>>;

  constructor(name: string) {
    this.name = name;
    this.#store = new ChannelStore(name);
    const version = () => this.#version;
    this.#rollups = new Memo(version, () => rollUp(this.#store));
    this.#cables = new Memo(version, () => cablesOf(this.#store));
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

  /** A snapshot is arriving; what comes now is not shown before it has ended. */
  get isStaging(): boolean {
    return this.#staged !== undefined;
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

  cables(): Cables {
    return this.#cables.get();
  }

  /** The vertices, then the furniture, whose boxes are counted in this one's, each in the order of reading. */
  childrenOf(frame: number): readonly number[] {
    return this.#children.get().get(frame) ?? [];
  }
}

function cablesOf(store: ChannelStore): Cables {
  const { edges, vertices } = store;
  const links: Edge[] = [];
  const attaches: Edge[] = [];
  const crossing: Edge[] = [];
  const isFar = (end: number): boolean => {
    const row = vertices.rowOf(end);
    return row === undefined || ((vertices.flags[row] ?? 0) & VertexFlag.stub) !== 0;
  };
  const kindOf = (id: number): number => {
    const row = vertices.rowOf(id);
    return row === undefined ? 0 : (vertices.kind[row] ?? 0);
  };
  for (let row = 0; row < edges.size; row++) {
    const kind = edges.kind[row];
    if (kind === EdgeKind.attach) attaches.push(edgeAt(store, row));
    if (kind !== EdgeKind.link && kind !== EdgeKind.member) continue;
    const link = edgeAt(store, row);
    // A port is a member of a segment by a cable, of a LAG by being in it.
    if (kind === EdgeKind.member && kindOf(link.b) !== Kind.segment) continue;
    links.push(link);
    if (isFar(link.a) || isFar(link.b)) crossing.push(link);
  }
  return { links, attaches, crossing };
}

function childrenByFrame({ table, furniture }: ChannelPositions): Map<number, number[]> {
  const byFrame = boxesByFrame(table);
  for (const [frame, pieces] of boxesByFrame(furniture)) {
    byFrame.set(frame, [...(byFrame.get(frame) ?? []), ...pieces]);
  }
  return byFrame;
}

function boxesByFrame(table: PositionTable): Map<number, number[]> {
  const byFrame = new Map<number, number[]>();
  for (let row = 0; row < table.size; row++) {
    const frame = table.frame[row] ?? 0;
    const children = byFrame.get(frame);
    if (children === undefined) byFrame.set(frame, [table.ids[row] ?? 0]);
    else children.push(table.ids[row] ?? 0);
  }
  for (const children of byFrame.values()) sortByPlace(table, children);
  return byFrame;
}

function sortByPlace(table: PositionTable, ids: number[]): void {
  const place = (id: number): readonly [number, number] => {
    const row = table.rowOf(id) ?? 0;
    return [table.y[row] ?? 0, table.x[row] ?? 0];
  };
  ids.sort((p, q) => {
    const [py, px] = place(p);
    const [qy, qx] = place(q);
    return py - qy || px - qx || p - q;
  });
}
