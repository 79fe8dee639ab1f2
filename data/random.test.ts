import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EvenDraws, Random } from "./random.ts";

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe("Random", () => {
  it("is xoshiro128**, by the first numbers of its reference implementation", () => {
    const random = new Random(1, 2, 3, 4);
    expect(Array.from({ length: 8 }, () => random.uint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849,
    ]);
  });

  it("repeats itself with a seed and differs with another", () => {
    const first = (seed: number) =>
      Array.from(
        { length: 4 },
        (
          (random) => () =>
            random.uint32()
        )(Random.seeded(seed)),
      );
    fc.assert(
      fc.property(seeds, seeds, (a, b) => {
        expect(first(a)).toEqual(first(a));
        if (a !== b) expect(first(a)).not.toEqual(first(b));
      }),
    );
  });

  it("stays within its bounds", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: -50, max: 50 }), fc.nat(50), (seed, low, width) => {
        const random = Random.seeded(seed);
        for (let i = 0; i < 20; i++) {
          const uniform = random.uniform();
          expect(uniform > 0 && uniform < 1).toBe(true);
          const integer = random.integer(low, low + width);
          expect(Number.isInteger(integer) && integer >= low && integer <= low + width).toBe(true);
        }
      }),
    );
  });

  it("makes hex digits and version 4 UUIDs", () => {
    const random = Random.seeded(3);
    for (let i = 0; i < 200; i++) {
      expect(random.hex(17)).toMatch(/^[0-9a-f]{17}$/);
      expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
  });
});

describe("EvenDraws", () => {
  it("fills every tenth of the unit interval alike, from few draws on", () => {
    fc.assert(
      fc.property(seeds, fc.constantFrom(1, 4, 64), fc.integer({ min: 1, max: 6 }), (seed, blockSize, blocks) => {
        const draws = new EvenDraws(Random.seeded(seed), blockSize);
        const count = blocks * 64;
        const tenths = new Array<number>(10).fill(0);
        for (let i = 0; i < count; i++) {
          const tenth = Math.floor(draws.next() * 10);
          tenths[tenth] = (tenths[tenth] as number) + 1;
        }
        // Independent draws would be off by about sqrt(count * 0.09), 2.4 at 64 draws and 5.9 at 384.
        for (const filled of tenths) expect(Math.abs(filled - count / 10)).toBeLessThan(3);
      }),
    );
  });
});
