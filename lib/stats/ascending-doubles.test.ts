import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { sortedDoubles } from "./ascending-doubles.ts";

const MANY = 101_000;
/** In [0, 1), deterministic and without pattern. */
const noise = (i: number) => Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1;

it.each<[string, (i: number) => number]>([
  ["whole numbers", (i) => Math.floor(noise(i) * 200_000)],
  ["numbers of both signs", (i) => (noise(i) - 0.5) * 1e6],
  ["all magnitudes", (i) => (noise(i) - 0.5) * 10 ** (noise(i + 7) * 600 - 300)],
  ["few different numbers", (i) => Math.floor(noise(i) * 3) - 1],
  ["one number", () => 7.25],
  ["zeros of both signs", (i) => [0, -0, 1, -1][i % 4] as number],
  ["infinities", (i) => [Number.POSITIVE_INFINITY, noise(i), Number.NEGATIVE_INFINITY][i % 3] as number],
  ["the smallest numbers", (i) => (noise(i) - 0.5) * 1e-320],
  ["NaN among others", (i) => (i % 100 === 3 ? Number.NaN : noise(i))],
  ["ascending numbers", (i) => i],
  ["descending numbers", (i) => -i],
])("%s come in the order of the built-in sort", (_case, value) => {
  for (const length of [0, 1, 2, 100, MANY]) {
    const values = Float64Array.from({ length }, (_, i) => value(i));
    expect(bitsOf(sortedDoubles(values.slice()))).toBe(bitsOf(values.slice().sort()));
  }
});

it("sorts a part of a buffer, too", () => {
  const values = Float64Array.from({ length: MANY + 2 }, (_, i) => noise(i) - 0.5);
  const part = values.slice().subarray(1, MANY + 1);
  expect(bitsOf(sortedDoubles(part))).toBe(bitsOf(values.slice(1, MANY + 1).sort()));
});

/** -0 and 0 are equal, but not the same. A hash, because a difference of long texts takes minutes to show. */
function bitsOf(values: Float64Array): string {
  return createHash("sha256")
    .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    .digest("hex");
}
