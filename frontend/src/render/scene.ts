import type { Box, Edge, Furniture, Vertex } from "../state/graph";
import type { Rollup } from "../state/rollup";

/** What the picture needs to know of the world; state/world.ts is one. */
export type Scene = {
  /** Grows with every change. */
  readonly version: number;
  vertex(id: number): Vertex | undefined;
  kindOf(id: number): number;
  flagsOf(id: number): number;
  box(id: number): Box | undefined;
  /** The vertices placed in a vertex's box, in the order of reading; 0: those that stand by themselves. */
  childrenOf(frame: number): readonly number[];
  furniture(id: number): Furniture | undefined;
  /** The furniture that is placed in a vertex's box. */
  furnitureIn(frame: number): readonly number[];
  rollup(id: number): Rollup;
  edgesOf(id: number): readonly Edge[];
  edgeById(id: number): Edge | undefined;
  hasEdges(id: number): boolean;
  /** The cables of a site's or cluster's inside, and those that leave it. */
  cablesIn(id: number): {
    readonly links: readonly Edge[];
    readonly attaches: readonly Edge[];
    readonly crossing: readonly Edge[];
  };
  /** The pods of a workload or namespace. */
  controlledBy(id: number): readonly number[];
};
