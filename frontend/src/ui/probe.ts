import { type DisplayList, emptyList } from "../render/items";
import { edgeKindName, edgeText, healthName, kindName, vertexText } from "../state/words";
import type { Page } from "./page";

/** What tests in a browser may read of the page: `window.netseam`. It changes nothing. */
export type Probe = {
  /** The newest revision of which all shown channels are true. */
  revision(): number;
  /** The revision that the last painted frame shows. */
  paintedRevision(): number;
  vertices(): readonly object[];
  edges(): readonly object[];
  channels(): readonly object[];
  /** The texts of the last picture that are on the screen. */
  visibleTexts(): readonly string[];
  /** The last picture; its boxes have their corner and size also by themselves. */
  displayList(): object;
  /** When the last picture was painted: Unix milliseconds. */
  readonly lastFrameAt: number;
  /** How long the script of the last picture took. */
  readonly lastFrameScriptMs: number;
};

declare global {
  interface Window {
    netseam?: Probe;
  }
}

/** Puts the probe on the window; the renderer reports to what it returns. */
export function exposeForTests({ world }: Page): {
  painted(list: DisplayList, scriptMs: number): void;
} {
  let last = { list: emptyList, revision: 0, atMs: 0, scriptMs: 0 };
  window.netseam = {
    revision: () => world.revision,
    paintedRevision: () => last.revision,
    vertices: () => verticesOf(world),
    edges: () => edgesOf(world),
    channels: () =>
      [...world.districts.values()].map(({ name, store, whole }) => ({
        name,
        whole,
        epoch: String(store.epoch),
        revision: store.revision,
        vertices: store.vertices.size,
        edges: store.edges.size,
      })),
    visibleTexts: () => last.list.texts.map(({ text }) => text),
    displayList: () => ({
      ...last.list,
      boxes: last.list.boxes.map((box) => ({ ...box, ...box.rect })),
    }),
    get lastFrameAt() {
      return last.atMs;
    },
    get lastFrameScriptMs() {
      return last.scriptMs;
    },
  };
  return {
    painted(list, scriptMs) {
      last = { list, revision: world.revision, atMs: Date.now(), scriptMs };
    },
  };
}

function verticesOf(world: Page["world"]): object[] {
  const found: object[] = [];
  world.eachVertex("all", (id) => {
    const vertex = world.vertex(id);
    if (vertex === undefined) return;
    const { name, kind, parent, health, status, note, freshness, flags } = vertex;
    found.push({
      id: vertexText(id),
      kind: kindName(kind),
      name,
      parent: parent === 0 ? "" : vertexText(parent),
      health: healthName(health),
      status,
      note,
      flags,
      fresh: freshness.state,
      placed: world.box(id) !== undefined,
    });
  });
  return found;
}

function edgesOf(world: Page["world"]): object[] {
  const found = new Map<number, object>();
  for (const { store } of world.districts.values()) {
    for (let row = 0; row < store.edges.size; row++) {
      const edge = world.edgeById(store.edges.ids[row] ?? 0);
      if (edge === undefined) continue;
      const { id, kind, a, b, health, status, confidence, flags } = edge;
      found.set(id, {
        id: edgeText(id),
        kind: edgeKindName(kind),
        a: vertexText(a),
        b: vertexText(b),
        health: healthName(health),
        status,
        confidence,
        flags,
      });
    }
  }
  return [...found.values()];
}
