import { describe, expect, it } from "vitest";
import { at, known } from "./known.ts";

describe("at", () => {
  it.each([
    [0, 5],
    [2, 7],
    [-1, 7],
    [-3, 5],
  ])("%d of [5, 6, 7] is %d", (index, item) => {
    expect(at([5, 6, 7], index)).toBe(item);
    expect(at(Float64Array.of(5, 6, 7), index)).toBe(item);
  });

  it.each([3, -4])("%d is outside", (index) => {
    expect(() => at([5, 6, 7], index)).toThrow(`no item ${index} in a list of 3`);
  });

  it("returns null where null is an item", () => {
    expect(at([null], 0)).toBeNull();
  });
});

describe("known", () => {
  it.each([[0], [""], [false]])("returns %j", (value) => {
    expect(known(value)).toBe(value);
  });

  it.each([[null], [undefined]])("throws for %j", (value) => {
    expect(() => known(value)).toThrow("missing");
  });
});
