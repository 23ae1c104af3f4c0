import { expect, test } from "vitest";
import { beyondSides } from "./beyond";

const size = { w: 800, h: 600 };
const at = (id: number, x: number, y: number) => ({ id, rect: { x, y, w: 20, h: 10 } });

test("what is on the screen, in part at least, is beyond no side", () => {
  expect(beyondSides([at(1, 10, 10), at(2, -19, 10), at(3, 790, 595)], size)).toEqual([]);
});

test("what is off the screen is sorted by side, the nearest first", () => {
  const all = [at(1, 400, -500), at(2, 400, -50), at(3, 2000, 300), at(4, -90, 300), at(5, 5, 700)];
  expect(beyondSides(all, size)).toEqual([
    { side: "north", ids: [2, 1] },
    { side: "east", ids: [3] },
    { side: "west", ids: [4] },
    { side: "south", ids: [5] },
  ]);
});

test("beyond a corner it is beyond the side that is farther away", () => {
  expect(beyondSides([at(1, 900, 2000)], size)).toEqual([{ side: "south", ids: [1] }]);
});
