import { describe, expect, it } from "vitest";
import { figureProblems } from "../../../render/render.ts";
import { at, known } from "../../../stats/known.ts";
import { headlineCharts, ratioChart, tableCharts } from "./charts.ts";
import { headlineChanges } from "./headlines.ts";
import { diffTables, type TableRows } from "./tables.ts";

const COLUMNS = {
  tool: { name: "tool", says: "Tool", type: "text" },
  day: { name: "day", says: "Day", type: "text" },
  lo: { name: "lo_s", says: "Start of the bin", type: "number", unit: "s" },
  hi: { name: "hi_s", says: "End of the bin", type: "number", unit: "s" },
  calls: { name: "calls", says: "Calls", type: "number", unit: "calls" },
  ms: { name: "total_ms", says: "Summed time", type: "number", unit: "ms" },
  h: { name: "total_h", says: "Summed time", type: "number", unit: "h" },
  share: { name: "share", says: "Share of the calls", type: "number", unit: "share" },
  mixed: { name: "amount", says: "Amount", type: "number", unit: "tokens or USD" },
} as const;

function tables(columns: readonly (keyof typeof COLUMNS)[], rows: number, cell: (column: string, row: number, run: number) => unknown) {
  const table = (run: number): TableRows => ({
    columns: columns.map((column) => COLUMNS[column]),
    rows: Array.from({ length: rows }, (_, row) => columns.map((column) => String(cell(column, row, run)))),
  });
  return diffTables(table(0), table(1));
}

const day = (row: number) => new Date(Date.UTC(2026, 0, 1 + row)).toISOString().slice(0, 10);
const value = (column: string, row: number, run: number) => {
  if (column === "tool") return `a-tool-with-a-rather-long-name-${row}`;
  if (column === "day") return day(row);
  if (column === "lo" || column === "hi") return row + (column === "hi" ? 1 : 0);
  return column === "share" ? (row + run) / 100 : (row + 1) * (run + 1) * (column === "ms" ? 3_600_000 : 1);
};

describe("the charts of a table", () => {
  it.each<[string, (keyof typeof COLUMNS)[], number, string[], string[], string | null]>([
    ["of few rows has a row of dots for each", ["tool", "calls", "share"], 4, ["calls", "share"], [], null],
    ["of many rows has those that differ most", ["tool", "calls"], 40, ["calls"], [], "The 16 rows that differ most, of 40."],
    ["of bins has lines, and no chart of where bins end", ["lo", "hi", "calls"], 40, ["calls"], [], null],
    ["of days has lines", ["day", "calls"], 40, ["calls"], [], null],
    ["with the same time in two units has one", ["tool", "ms", "h"], 4, ["total_ms"], [], null],
    ["with several units in a column leaves it out", ["tool", "calls", "mixed"], 4, ["calls"], ["amount"], null],
    ["with one row has one dot each", ["calls"], 1, ["calls"], [], null],
  ])("%s", async (_, columns, rows, drawn, notDrawn, leftOut) => {
    const { charts, notDrawn: rest } = tableCharts(tables(columns, rows, value));
    expect(charts.map(({ title }) => title)).toEqual(drawn);
    expect(rest).toEqual(notDrawn);
    expect(at(charts, 0).leftOut).toBe(leftOut);
    for (const { title, spec } of charts) expect(await figureProblems({ name: title, spec })).toMatchObject({ problems: [] });
  });

  it("that does not differ has none", () => {
    expect(tableCharts(tables(["tool", "calls"], 4, (column, row) => value(column, row, 0)))).toEqual({ charts: [], notDrawn: [] });
  });

  it("draws a row that only one run has", async () => {
    const { charts } = tableCharts(
      tables(["tool", "calls"], 4, (column, row, run) => (column === "tool" ? `t${row + run}` : row + 1 + 5 * run)),
    );
    const { texts } = await figureProblems({ name: "a", spec: at(charts, 0).spec });
    expect(texts).toEqual(expect.arrayContaining(["t0", "t4", "before", "after"]));
  });

  it.each(["logarithmic", "of both signs", "of nothing but zeros"])("draws values %s", async (what) => {
    const values: Record<string, number> = { logarithmic: 1, "of both signs": -1, "of nothing but zeros": 0 };
    const { charts } = tableCharts(
      tables(["tool", "calls"], 5, (column, row, run) =>
        column === "tool" ? `t${row}` : (values[what] ?? 0) ** (row + run) * 10 ** row * (run ? 2 : 1) * Math.abs(values[what] ?? 0),
      ),
    );
    for (const { spec } of charts) expect(await figureProblems({ name: "a", spec })).toMatchObject({ problems: [] });
    expect(charts).toHaveLength(what === "of nothing but zeros" ? 0 : 1);
  });
});

describe("the charts of headlines", () => {
  const headline = (label: string, before: string, after: string) => ({
    label,
    before,
    after,
    changes: headlineChanges(before, after),
    effect: null,
  });
  const headlines = [
    headline("Hit rate", "95.5%", "71.3%"),
    headline("Median wait", "1m 31s", "15.0 s"),
    headline("Cost", "$898.46 to $1,065.83", "$5,945.50 to $6,427.16"),
    headline("Busiest bin", "64-128k (1,190 steps)", "128-256k (5,206 steps)"),
    headline("Errors", "0", "5"),
  ];

  it("are one for each unit", async () => {
    const charts = headlineCharts(headlines);
    const texts = await Promise.all(charts.map(async ({ spec }) => (await figureProblems({ name: "a", spec })).texts));
    expect(texts.map((found) => found.filter((text) => /Hit|wait|Cost|bin|Err/.test(text)))).toEqual([
      ["Hit rate"],
      ["Median wait"],
      ["Cost, low end", "Cost, high end"],
      ["Errors"],
    ]);
  });

  it("have one of ratios, of single numbers that are not zero", async () => {
    const { spec } = known(ratioChart(headlines));
    const { texts, problems } = await figureProblems({ name: "a", spec });
    expect(texts.filter((text) => /Hit|wait|Cost|bin|Err/.test(text))).toEqual(["Hit rate", "Median wait"]);
    expect(problems).toEqual([]);
    expect(ratioChart([])).toBeNull();
  });
});
