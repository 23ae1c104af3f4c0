import { Session } from "../api/session";
import { World } from "../state/world";
import { channelsOf, openingFrames } from "./frames-of";
import type { Model } from "./model";
import { placeWorld } from "./place";

/** A world as the page holds it, by way of the frames that a server would send. */
export function worldOf(model: Model): World {
  const world = new World();
  const session = new Session((event) => world.receive(event));
  session.connected(() => undefined);
  const placed = placeWorld(model);
  for (const channel of channelsOf(model)) {
    session.open(channel);
    for (const frame of openingFrames(model, channel, 1n, 1, 0, placed)) session.receive(frame);
  }
  return world;
}
