import { describe, expect, it } from "vitest";
import { COARSE_BUCKETS, coarseBucket, FINE_BINS, fineBin } from "./bins.ts";

describe("a hit ratio belongs to", () => {
  it.each([
    [0, "0", "<10%"],
    [1e-9, "(0,.01]", "<10%"],
    [-0.5, "(0,.01]", "<10%"],
    [0.1, "(.05,.10]", "10-40%"],
    [0.4, "(.20,.40]", "40-80%"],
    [0.8, "(.60,.80]", "80%+"],
    [0.9, "(.80,.90]", "80%+"],
    [0.995, "(.99,.995]", "80%+"],
    [1, "(.995,1]", "80%+"],
    [1.2, "(.995,1]", "80%+"],
  ])("%s: %s and %s", (ratio, fine, coarse) => {
    expect([FINE_BINS[fineBin(ratio)]?.label, COARSE_BUCKETS[coarseBucket(ratio)]?.label]).toEqual([fine, coarse]);
  });
});
