import { compile, type TopLevelSpec } from "vega-lite";
import { describe, expect, it } from "vitest";
import { type ChartChoice, chartSpec, shareDrawn, suggestChart } from "./chart.ts";
import type { Cell, Column, Kind } from "./values.ts";

const column = (name: string, kind: Kind, values: Cell[]): Column => ({ name, type: "", kind, values });
const numbers = (name: string, ...values: number[]) => column(name, "integer", values);
const names = (name: string, ...values: string[]) => column(name, "text", values);

const ANSWERS: readonly [string, Column[], ChartChoice | null][] = [
  ["names with a number: bars", [names("tool", "a", "b", "c"), numbers("calls", 1, 5, 2)], { mark: "bars", x: 0, y: 1, color: null }],
  [
    "bars show what the answer is ordered by",
    [names("tool", "a", "b", "c"), numbers("calls", 1, 5, 2), numbers("hours", 9, 8, 8)],
    { mark: "bars", x: 0, y: 2, color: null },
  ],
  [
    "two names that tell rows apart together: bars in colors",
    [names("idle", "1", "1", "2", "2", "3"), names("provider", "x", "y", "x", "y", "x"), numbers("steps", 1, 2, 3, 4, 9)],
    { mark: "bars", x: 0, y: 2, color: 1 },
  ],
  ["days: a line", [column("day", "date", [1, 2, 3]), numbers("steps", 3, 1, 2)], { mark: "line", x: 0, y: 1, color: null }],
  [
    "numbers that walk upwards in each group: a line each",
    [names("provider", "x", "x", "y", "y"), numbers("input", 1, 2, 1, 2), numbers("speed", 9, 8, 7, 6)],
    { mark: "line", x: 1, y: 2, color: 0 },
  ],
  [
    "few numbers that walk upwards: bars",
    [numbers("hour", 0, 1, 2), numbers("messages", 5, 3, 4)],
    { mark: "bars", x: 0, y: 1, color: null },
  ],
  ["pairs of numbers in no order: points", [numbers("a", 2, 1, 2), numbers("b", 3, 1, 2)], { mark: "points", x: 0, y: 1, color: null }],
  ["one number: how it is spread", [numbers("seconds", 3, 1, 2)], { mark: "histogram", x: 0, y: null, color: null }],
  ["names alone", [names("tool", "a", "b")], null],
  ["one row", [numbers("n", 1), numbers("m", 1)], null],
  ["no columns", [], null],
];

it.each(ANSWERS)("%s", (_, columns, expected) => {
  expect(suggestChart(columns)).toEqual(expected);
});

describe("specs", () => {
  const hostile = 'a.b[0]"\\<img src=x>';
  const complaints: string[] = [];
  const note = (...words: unknown[]) => {
    complaints.push(words.join(" "));
    return logger;
  };
  const logger = { level: () => logger, error: note, warn: note, info: () => logger, debug: () => logger };

  it.each(ANSWERS.flatMap(([title, columns, choice]) => (choice ? [[title, columns, choice] as const] : [])))(
    "Vega-Lite takes without a warning: %s",
    (_, columns, choice) => {
      const renamed = columns.map((one) => ({ ...one, name: hostile }));
      compile(chartSpec(renamed, choice, 640) as TopLevelSpec, { logger: logger as never });
      expect(complaints).toEqual([]);
    },
  );

  it("every chart can be made of every column", () => {
    const columns = [names("n", "a", "b"), numbers("i", 1, 2), column("t", "time", [1n, 2n]), column("d", "decimal", ["1.5", null])];
    for (const mark of ["bars", "line", "points", "histogram"] as const)
      for (const x of columns.keys())
        for (const color of [null, ...columns.keys()])
          compile(chartSpec(columns, { mark, x, y: mark === "histogram" ? null : 1, color }, 640) as TopLevelSpec, {
            logger: { ...logger, warn: () => logger } as never,
          });
    expect(complaints).toEqual([]);
  });

  it("thins long answers, and says by how much", () => {
    const long = [numbers("x", ...Array.from({ length: 25_000 }, (_, i) => i)), numbers("y", ...Array.from({ length: 25_000 }, () => 1))];
    const choice: ChartChoice = { mark: "line", x: 0, y: 1, color: null };
    expect(shareDrawn(choice, 25_000)).toBeCloseTo(1 / 3);
    expect((chartSpec(long, choice, 640) as { data: { values: unknown[] } }).data.values).toHaveLength(8334);
  });
});
