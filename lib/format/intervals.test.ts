import { expect, it } from "vitest";
import { intervalText } from "./intervals.ts";
import { percent } from "./numbers.ts";

it.each([
  ["an interval", { lo: 0.941, hi: 0.958 }, " (94% to 96%)"],
  ["one without width", { lo: 1, hi: 1 }, ""],
  ["an unknown one", null, ""],
])("%s", (_, interval, text) => expect(intervalText(interval, percent)).toBe(text));
