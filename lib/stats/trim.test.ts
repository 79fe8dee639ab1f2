import { describe, expect, it } from "vitest";
import { trimTail } from "./trim.ts";

describe("trimTail", () => {
  it.each<[values: number[], quantile: number, atMost: number | undefined, cutoff: number | null, kept: number[]]>([
    [[5, 1, 3, 2, 4], 0.5, undefined, 3, [1, 2, 3]],
    [[5, 1, 3, 2, 4], 0.5, 2, 2, [1, 3]],
    [[5, 1, 3, 2, 4], 0, 4, 4, [1, 2, 3, 4]],
    [[5, 1], 0, undefined, null, [0, 1]],
    [[7, 7, 7], 0.1, undefined, 7, [0, 1, 2]],
    [[], 0.99, undefined, null, []],
  ])("of %j at quantile %d and at most %d cuts above %d", (values, quantile, atMost, cutoff, kept) => {
    const trim = trimTail(Float64Array.from(values), quantile, atMost);
    expect(trim).toEqual({ cutoff, kept: Uint32Array.from(kept), removed: values.length - kept.length });
  });
});
