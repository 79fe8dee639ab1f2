import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { reportOf, withRun } from "../../../testing/finished-run.ts";
import { buildGallery } from "../../build.ts";
import { comparisonOf, SOURCE } from "./comparison.ts";
import { comparisonDocument } from "./fixture.ts";

/** The page, or null when there is none, and the home page. */
async function pagesOf(documents: Record<string, string>, others: readonly string[] = []) {
  return withRun(async (run) => {
    const experiments = [await run.add({ id: SOURCE, title: "The source", documents, tables: { provider_comparison: "group\nx\n" } })];
    for (const id of others) experiments.push(await run.add({ id, title: `Title of ${id}`, tables: { t: "a\n1\n" } }));
    const { index } = await buildGallery({ ...run, report: reportOf(experiments) });
    const file = path.join(path.dirname(index), "compare", "index.html");
    return { home: fs.readFileSync(index, "utf8"), page: fs.existsSync(file) ? fs.readFileSync(file, "utf8") : null };
  });
}

const documents = (...providers: string[]) => ({ "provider_comparison.json": JSON.stringify(comparisonDocument(providers)) });

describe("the page", () => {
  it("has a card and a column for each provider, formulas, and the better side in words", async () => {
    const { home, page } = await pagesOf(documents("claude", "codex"), ["prefix_cache/cache_hit_ratio"]);
    expect(home).toContain('href="compare/index.html"');
    expect(page?.match(/class="compare-name"/g)).toHaveLength(2);
    expect(page).toContain("67%; 9 of 10 steps have a price");
    expect(page).toContain("Costs are at published prices, which subscriptions don't pay.");
    expect(page).toContain("Sum of prefix tokens.");
    expect(page?.match(/compare-better/g)).toHaveLength(1);
    expect(page).toContain("(more is better)");
    expect(page).toContain('href="../prefix_cache/cache_hit_ratio/index.html"');
    expect(page).toContain('href="../trace_facts/provider_comparison/files/provider_comparison.csv"');
    expect(page).not.toContain("compare-many");
  });

  it("links to no experiment that the run left out", async () => {
    expect((await pagesOf(documents("claude", "codex"))).page).not.toContain("cache_hit_ratio");
  });

  it("says that a single provider has nothing to compare with", async () => {
    const { page } = await pagesOf(documents("codex"));
    expect(page).toContain("The pool has one provider");
    expect(page).not.toContain("which direction is better");
  });

  it("scrolls many columns", async () => {
    expect((await pagesOf(documents("claude", "codex", "other"))).page).toContain("compare-many");
  });

  it.each([
    ["without the experiment", {}],
    ["without providers", documents()],
  ])("is not there %s", async (_, given) => {
    const { home, page } = await pagesOf(given);
    expect(page).toBeNull();
    expect(home).not.toContain("compare/index.html");
  });
});

it("judges speeds and describes shares, with bars as long as the values", () => {
  const [group] = comparisonOf(comparisonDocument(["claude", "codex"]))?.groups ?? [];
  const judged = group?.rows.map(({ id, direction, better, bars }) => ({ id, direction, better, bars }));
  expect(judged?.slice(0, 2)).toEqual([
    { id: "hit_rate", direction: "none", better: null, bars: [1, 0.9] },
    { id: "speed", direction: "up", better: 0, bars: [1, 0.9] },
  ]);
});

it("draws no bars for texts", () => {
  const document = comparisonDocument(["claude", "codex"]);
  const [row] = document.groups[0]?.rows ?? [];
  const rows = [
    {
      ...row,
      values: [
        { raw: { text: "a" }, text: "a" },
        { raw: { value: 1 }, text: "1" },
      ],
    },
  ];
  expect(comparisonOf({ ...document, groups: [{ id: "g", title: "G", rows }] })?.groups[0]?.rows[0]?.bars).toBeNull();
});

describe("comparisonOf refuses", () => {
  const whole = comparisonDocument(["claude", "codex"]);
  const [group] = whole.groups;
  it.each([
    ["something else", { a: 1 }, "no list of providers"],
    ["steps that are no number", { ...whole, steps: "1" }, "no number steps"],
    ["columns that are missing", { ...whole, providers: whole.providers.slice(1) }, "doesn't fit the providers"],
    ["a row without a name", { ...whole, groups: [{ ...group, rows: [{}] }] }, "no list of values"],
  ])("%s", (_, document, message) => expect(() => comparisonOf(document)).toThrow(message));
});
