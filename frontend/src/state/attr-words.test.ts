import { expect, test } from "vitest";
import { attrWords, speedText } from "./attr-words";

test("speeds as people say them", () => {
  expect(speedText(25_000_000_000)).toBe("25 Gbit/s");
  expect(speedText(2_500_000_000)).toBe("2.5 Gbit/s");
  expect(speedText(100_000_000)).toBe("100 Mbit/s");
  expect(speedText(9600)).toBe("9.6 kbit/s");
  expect(speedText(0)).toBeUndefined();
});

test("numbers that stand for something are said in words, others stay", () => {
  expect(attrWords("if_type", "6")).toEqual({ name: "interface type", value: "Ethernet" });
  expect(attrWords("if_type", "9999").value).toBe("type 9999");
  expect(attrWords("speed", "not a number").value).toBe("not a number");
  expect(attrWords("pod_cidrs", "10.0.0.0/24")).toEqual({
    name: "pod networks",
    value: "10.0.0.0/24",
  });
  expect(attrWords("something_else", "x").name).toBe("something else");
});
