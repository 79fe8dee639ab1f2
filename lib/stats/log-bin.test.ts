import { describe, expect, it } from "vitest";
import { logBin } from "./log-bin.ts";

describe("logBin", () => {
  it.each([
    [1, 0.25, 0],
    [1.18, 0.25, 0],
    [1.19, 0.25, 1],
    [2, 0.5, 2],
    [0.9, 0.5, -1],
    [0, 0.25, -1_000_000],
    [-3, 0.25, -1_000_000],
  ])("of %d in steps of %d is %i", (value, step, bin) => expect(logBin(value, step)).toBe(bin));

  it("starts bins at powers of two exactly", () => {
    for (let power = 0; power < 53; power++) expect(logBin(2 ** power, 0.25)).toBe(4 * power);
  });
});
