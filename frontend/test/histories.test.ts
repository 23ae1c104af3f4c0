import { describe, expect, test } from "vitest";
import { heldBoxes, heldRows, historyFolders, play, readHistory } from "./histories";

describe.each(historyFolders())("history %s", (folder) => {
  const { frames, expected, boxes } = readHistory(folder);
  const channels = Object.keys(expected);

  test("leaves the page with the server's graph", () => {
    const { world } = play(frames, channels);
    for (const channel of channels) {
      const district = world.districts.get(channel);
      expect(district?.whole, channel).toBe(true);
      if (district === undefined) continue;
      expect({ channel, ...heldRows(district.store) }).toEqual({ channel, ...expected[channel] });
    }
  });

  test("leaves the page with the server's boxes", () => {
    const { world } = play(frames, channels);
    for (const [channel, wanted] of Object.entries(boxes)) {
      const district = world.districts.get(channel);
      expect(district === undefined ? [] : heldBoxes(district), channel).toEqual(wanted);
    }
  });

  test("joins up: no channel is asked for twice", () => {
    expect(play(frames, channels).requests).toBe(channels.length);
  });
});
