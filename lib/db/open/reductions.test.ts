import { expect, it } from "vitest";
import { known } from "../../stats/known.ts";
import { withPool } from "../../testing/pool.ts";

const RANDOM = "SELECT random() AS value FROM rounds";

it("computes the rows of a query once until it is closed", async () => {
  await withPool([{}, {}, {}], async (pool) => {
    const reductions = pool.reductions();
    const binned = async () => known((await reductions.bins(RANDOM, { by: [], of: "value", edges: [0, 1] })).at(0)).sum;
    const listed = async () => known((await reductions.distributions(RANDOM, { by: [], of: ["value"] })).at(0)).sum;
    const first = await binned();
    expect(await listed()).toBe(first);
    await reductions.close();
    expect(await binned()).not.toBe(first);
  });
});

it("keeps rows apart by parameters", async () => {
  await withPool([{}], async (pool) => {
    const reductions = pool.reductions();
    const valueWith = async (value: number) =>
      known((await reductions.distributions("SELECT $value AS value", { by: [], of: ["value"] }, { value })).at(0)).sum;
    expect([await valueWith(1), await valueWith(2), await valueWith(1)]).toEqual([1, 2, 1]);
  });
});
