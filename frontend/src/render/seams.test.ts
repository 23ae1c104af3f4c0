import { expect, test } from "vitest";
import { draw } from "../../test/scenes";
import type { Model } from "../gallery/model";
import { find, type Scene } from "../gallery/scenes";
import { buildWorld, small } from "../gallery/small";
import { Kind } from "../state/words";
import { legendOf } from "./legend";

function seamsOf(change: (model: Model) => void = () => undefined) {
  const model = (): Model => {
    const made = buildWorld(small);
    change(made);
    return made;
  };
  const scene: Scene = {
    name: "seams",
    model,
    focus: (made) => find(made, Kind.cluster, "prod-east").id,
  };
  const { list, world } = draw(scene);
  const named = new Map(list.seams.map((seam) => [world.vertex(seam.cluster)?.name, seam]));
  return { list, named, samples: legendOf(list).map(({ sample }) => sample) };
}

test("a seam says who answers above and below it, and is open where nobody does", () => {
  const { list, named } = seamsOf();
  expect(named.get("prod-east")).toMatchObject({
    network: "network team",
    owner: "platform team",
    open: false,
  });
  expect(named.get("stage-east")).toMatchObject({ network: "network team", owner: "", open: true });
  const texts = list.texts.map(({ text }) => text);
  expect(texts).toContain("network: network team");
  expect(texts).toContain("cluster: platform team");
});

test("leaves of two teams are named both; one of nobody's leaves the seam open", () => {
  const two = seamsOf((model) => {
    find(model, Kind.device, "east-leaf2").owner = "carrier";
  });
  expect(two.named.get("prod-east")).toMatchObject({
    network: "carrier and network team",
    open: false,
  });
  const none = seamsOf((model) => {
    find(model, Kind.device, "east-leaf2").owner = "";
  });
  expect(none.named.get("prod-east")).toMatchObject({ network: "network team", open: true });
  expect(none.samples).toContain("seam-open");
});
