import { expect, it } from "vitest";
import { groupsToShow } from "./groups-to-show.ts";

it.each<[string, Record<string, number>, string[]]>([
  ["two providers and all", { merged: 5, claude: 3, codex: 2 }, ["merged", "claude", "codex"]],
  ["one provider, which is all", { merged: 3, claude: 3, codex: 0 }, ["claude"]],
  ["the same but for the noise of sums", { merged: 0.1 + 0.2, claude: 0.3 }, ["claude"]],
  ["one provider and steps without any", { merged: 5, claude: 3, codex: 0 }, ["merged", "claude"]],
  ["no provider that is known", { merged: 5, claude: 0, codex: 0 }, ["merged"]],
  ["nothing", { merged: 0, claude: 0 }, []],
])("%s", (_, amounts, shown) => {
  const groups = Object.entries(amounts).map(([scope, amount]) => ({ scope, amount }));
  expect(groupsToShow(groups, ({ amount }) => amount).map(({ scope }) => scope)).toEqual(shown);
});

it("groups by provider, several of a name", () => {
  const groups = ["all", "codex"].flatMap((provider) => [1, 0].map((amount) => ({ provider, amount })));
  expect(groupsToShow(groups, ({ amount }) => amount)).toEqual(groups.slice(2));
});
