import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { prefixHits } from "../../testing/prefix-hits.ts";
import { BlockBook, type BlocksOfRequest, idsText, type PrefixRequest } from "./blocks.ts";

const BLOCK = 10;

function booked(requests: readonly PrefixRequest[], blockSize = BLOCK): BlocksOfRequest[] {
  const book = new BlockBook(blockSize);
  return requests.map((request) => book.add(request));
}

const ids = ({ chain }: BlocksOfRequest): number[] => JSON.parse(`[${idsText(chain)}]`);

/** Of session `s`, or of one that continues it. */
const of = (input: number, prefix: number, session = "s", parent: string | null = null): PrefixRequest => ({
  session,
  parent,
  family: "f",
  input,
  prefix,
});

describe("what requests have in common is what they found in a cache", () => {
  it.each<[string, readonly PrefixRequest[], readonly string[]]>([
    ["growth", [of(30, 0), of(50, 30)], ["0,1,2", "0,1,2,3,4"]],
    ["a block that isn't full is not shared", [of(35, 0), of(50, 35)], ["0,1,2", "0,1,2,4,5"]],
    ["a compaction", [of(50, 0), of(30, 10), of(40, 30)], ["0,1,2,3,4", "0,5,6", "0,5,6,7"]],
    ["a lost cache", [of(30, 0), of(30, 0), of(30, 30)], ["0,1,2", "3,4,5", "3,4,5"]],
    ["a short request on the side", [of(50, 0), of(20, 0), of(60, 50)], ["0,1,2,3,4", "5,6", "0,1,2,3,4,7"]],
    ["more than was there", [of(20, 0), of(40, 30)], ["0,1", "0,1,2,3"]],
    ["a fork, up to its prefix", [of(40, 0), of(40, 20, "fork", "s"), of(50, 40)], ["0,1,2,3", "0,1,4,5", "0,1,2,3,6"]],
    ["a fork of a session that isn't there", [of(20, 10, "fork", "s")], ["0,1"]],
    ["sessions that begin alike", [of(40, 0), of(30, 20, "t")], ["0,1,2,3", "0,1,4"]],
    ["sessions that don't", [of(40, 0), { ...of(30, 20, "t"), family: "g" }], ["0,1,2,3", "4,5,6"]],
  ])("%s", (_, requests, expected) => {
    expect(booked(requests).map(({ chain }) => idsText(chain))).toEqual(expected);
  });

  it("in any session, for a cache that forgets nothing", () => {
    const request = fc
      .record({
        session: fc.constantFrom("a", "b", "c"),
        parent: fc.constantFrom(null, "a", "b"),
        family: fc.constantFrom("f", "g"),
        input: fc.nat(400),
        share: fc.double({ min: 0, max: 1, noNaN: true }),
      })
      .map(({ share, ...rest }): PrefixRequest => ({ ...rest, prefix: Math.floor(rest.input * share) }));
    fc.assert(
      fc.property(fc.array(request, { maxLength: 30 }), fc.integer({ min: 1, max: 70 }), (requests, blockSize) => {
        const blocks = booked(requests, blockSize);
        const lists = blocks.map(ids);
        expect(prefixHits(lists)).toEqual(blocks.map(({ shared }) => shared));
        for (const [index, { input, prefix, session }] of requests.entries()) {
          const { shared, missing, partialId } = blocks[index] as BlocksOfRequest;
          const wanted = Math.floor(prefix / blockSize);
          expect(shared + missing).toBe(wanted);
          expect(lists[index]).toHaveLength(Math.floor(input / blockSize));
          expect(new Set(lists[index]).size).toBe(lists[index]?.length);
          expect(partialId === null).toBe(input % blockSize === 0);
          const earlier = requests.slice(0, index).filter((one) => one.session === session);
          if (earlier.some((one) => Math.floor(one.input / blockSize) >= wanted)) expect(missing).toBe(0);
        }
      }),
    );
  });
});
