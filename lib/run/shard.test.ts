import { describe, expect, it } from "vitest";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import { shardOf } from "./shard.ts";

describe("the shards of a list", () => {
  it.each([1, 2, 3, 7, 100])("are %i parts that together are the list", (n) => {
    const ids = experimentIds();
    const parts = Array.from({ length: n }, (_, i) => shardOf(`${i + 1}/${n}`).part(ids));
    expect(parts.flat().sort()).toEqual([...ids].sort());
    const sizes = parts.map((part) => part.length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it.each(["0/2", "3/2", "1", "1/0", "-1/2", "a/b", "1/2/3", ""])("are not %j", (text) => {
    expect(() => shardOf(text)).toThrow(/--shard takes k\/n/);
  });
});
