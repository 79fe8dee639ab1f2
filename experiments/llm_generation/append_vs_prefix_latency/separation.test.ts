import { expect, it } from "vitest";
import { verdictOf } from "./separation.ts";

it.each([
  [0, null, null, null, "inconclusive: no matched buckets with both classes"],
  [1, 0.8, 0.75, 1.5, "supports clear separation"],
  [1, 0.8, 0.75, 1.49, "supports append-slower effect, rejects clear no-mixing separation"],
  [1, 0.95, 0.74, 9, "supports append-slower effect, rejects clear no-mixing separation"],
  [1, 0.61, 0.9, 9, "supports append-slower effect, rejects clear no-mixing separation"],
  [1, 0.6, 0.9, 9, "rejects append-slower separation"],
])("%i buckets, %s of pairs, accuracy %s, ratio %s: %s", (buckets, appendSlowerProbability, balancedAccuracy, medianRatio, verdict) =>
  expect(verdictOf({ buckets, appendSlowerProbability, balancedAccuracy, medianRatio })).toBe(verdict),
);
