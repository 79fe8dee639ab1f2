import { expect, it } from "vitest";
import type { Pool } from "../db/open/pool.ts";
import { RelationsInUse } from "./relations-in-use.ts";

const plan = (id: string, ...relations: string[]) => ({
  experiment: { id },
  sources: ["experiments/a/b/query.sql", ...relations.map((name) => `lib/relations/${name}.sql`)].map((path) => ({ path, text: "" })),
});
const plans = [plan("a", "step_times", "requests"), plan("b", "step_times"), plan("c")];

function watched(): { freed: string[]; relations: RelationsInUse } {
  const freed: string[] = [];
  const pool = { freeRelation: async (name: string) => void freed.push(name) } as unknown as Pool;
  return { freed, relations: new RelationsInUse(pool, plans) };
}

it.each([
  ["nothing before the others have read", [], ["a", "b", "c"], false, []],
  ["what the last reader has read", [], ["b", "a"], true, ["step_times", "requests"]],
  ["what nobody else reads, at once", [], ["a"], true, ["requests"]],
  ["what was read before the others came", ["a", "b"], [], true, ["step_times", "requests"]],
  ["nothing that one still reads", [], ["b", "c"], true, []],
])("frees %s", async (_, before, after, othersEnd, expected) => {
  const { freed, relations } = watched();
  for (const id of before) relations.done(id);
  expect(freed).toEqual([]);
  if (othersEnd) relations.mayFreeAfter(Promise.resolve());
  for (const id of after) relations.done(id);
  await relations.settled();
  expect(freed.sort()).toEqual([...expected].sort());
});

it("frees also when what else reads the pool has failed", async () => {
  const { freed, relations } = watched();
  relations.mayFreeAfter(Promise.reject(new Error("disk full")));
  relations.done("a");
  await relations.settled();
  expect(freed).toEqual(["requests"]);
});
