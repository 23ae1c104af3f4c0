import { expect, test } from "vitest";
import { draw } from "../../test/scenes";
import type { Model } from "../gallery/model";
import { find } from "../gallery/scenes";
import { buildWorld, small } from "../gallery/small";
import { EdgeKind, Kind } from "../state/words";

/** Two leaves whose ports meet something that nobody sees. */
function withSegment(): Model {
  const model = buildWorld(small);
  const leaf = find(model, Kind.device, "east-leaf1");
  const segment = model.vertex(Kind.segment, "segment at east-leaf1 swp40", leaf.parent, {
    scopes: leaf.scopes,
  });
  for (const name of ["east-leaf1", "east-leaf2"]) {
    const port = model.childrenOf(find(model, Kind.device, name).id, Kind.port).at(-1);
    model.edge(EdgeKind.member, port?.id ?? 0, segment.id, { scopes: leaf.scopes });
  }
  return model;
}

test("a segment is hollow, has a name, and cables to its ports' switches", () => {
  const { list, model } = draw({
    name: "segment",
    model: withSegment,
    focus: (made) => find(made, Kind.site, "east").id,
  });
  const { id } = find(model, Kind.segment, "segment at east-leaf1 swp40");
  expect(list.boxes.find((box) => box.id === id)?.hollow).toBe(true);
  const named = list.texts.find((text) => text.id === id);
  expect(["segment at east-leaf1 swp40", "segment", "seg"]).toContain(named?.text);
  const joined = new Set(
    [...model.edges.values()].filter(({ b }) => b === id).map((edge) => edge.id),
  );
  expect(joined.size).toBe(2);
  const lines = list.lines.filter(({ edges }) => edges.some((edge) => joined.has(edge)));
  expect(new Set(lines.flatMap(({ edges }) => edges))).toEqual(joined);
});
