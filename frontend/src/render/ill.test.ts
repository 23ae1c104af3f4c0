import { expect, test } from "vitest";
import { find } from "../gallery/scenes";
import { buildWorld, small } from "../gallery/small";
import { worldOf } from "../gallery/worlds";
import { Health, Kind } from "../state/words";
import { Geometry } from "./geometry";
import { illInside } from "./ill";

test("what is ill is named as in its box, and whole where it stands in another's", () => {
  const model = buildWorld(small);
  const box = find(model, Kind.cluster, "prod-east").id;
  const node = find(model, Kind.node, "prod-east-n2");
  node.health = Health.down;
  const names = (): string[] =>
    illInside(new Geometry(worldOf(model)), box)
      .filter(({ what }) => what === "down")
      .map(({ name }) => name);
  expect(names()).toContain("n2");
  // As a node of a part, whose cluster is elsewhere.
  node.parent = find(model, Kind.cluster, "prod-west").id;
  expect(names()).toContain("prod-east-n2");
  expect(names()).not.toContain("n2");
});
