import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { type TextColumn, type TextRow, textTable } from "./layout.ts";

const COLUMNS: readonly TextColumn[] = [
  { title: "Project", align: "left", keep: "end", least: 8 },
  { title: "Models", align: "left", least: 6, leaveOut: 1 },
  { title: "Input", align: "right" },
  { title: "Read", align: "right", leaveOut: 2 },
  { title: "Write", align: "right", leaveOut: 2 },
  { title: "Hit", align: "right", leaveOut: 3 },
];
const row = (...cells: string[]): TextRow => ({ kind: "row", cells });
const ROWS = [row("-home-user-shop", "opus-5, haiku-4-5", "1,234", "567", "89", "9.1%"), row("tools", "gpt-5.4", "12", "0", "0", "0.0%")];
const FOREIGN = [row("日本語のプロジェクト", "opus", "1"), row("🚀 start", "한국어 모델", "22"), row("x\u001b[2J", "e\u0301te\u0301", "3")];

const shown = (rows: readonly TextRow[], width: number | null) => textTable(COLUMNS, rows, width).lines.map(({ text }) => text);

describe("a table", () => {
  it.each<[width: number | null, lines: string[], leftOut: string[]]>([
    [
      null,
      [
        "Project          Models             Input  Read  Write   Hit",
        "-home-user-shop  opus-5, haiku-4-5  1,234   567     89  9.1%",
        "tools            gpt-5.4               12     0      0  0.0%",
      ],
      [],
    ],
    [
      52,
      [
        "Project       Models        Input  Read  Write   Hit",
        "…e-user-shop  opus-5, hai…  1,234   567     89  9.1%",
        "tools         gpt-5.4          12     0      0  0.0%",
      ],
      [],
    ],
    [
      36,
      [
        "Project   Models  Input  Read  Write", //
        "…er-shop  opus-…  1,234   567     89",
        "tools     gpt-5…     12     0      0",
      ],
      ["Hit"],
    ],
    [
      34,
      [
        "Project       Models         Input", //
        "…e-user-shop  opus-5, haik…  1,234",
        "tools         gpt-5.4           12",
      ],
      ["Read", "Write", "Hit"],
    ],
    [
      20,
      [
        "Project        Input", //
        "…me-user-shop  1,234",
        "tools             12",
      ],
      ["Models", "Read", "Write", "Hit"],
    ],
  ])("of %s columns", (width, lines, leftOut) => {
    expect(shown(ROWS, width)).toEqual(lines);
    expect(textTable(COLUMNS, ROWS, width).leftOut).toEqual(leftOut);
  });

  it.each<[width: number | null, lines: string[]]>([
    [
      null,
      [
        "Project               Models       Input", //
        "日本語のプロジェクト  opus             1",
        "🚀 start              한국어 모델     22",
        "x\\u{1b}[2J            e\u0301te\u0301              3",
      ],
    ],
    [
      30,
      [
        "Project     Models       Input", //
        "…ジェクト   opus             1",
        "🚀 start    한국어 모델     22",
        "x\\u{1b}[2J  e\u0301te\u0301              3",
      ],
    ],
  ])("of %s columns counts wide characters twice, leaves out empty columns and shows controls", (width, lines) => {
    expect(shown(FOREIGN, width)).toEqual(lines);
    const widths = shown(FOREIGN, width).map((line) => stringWidth(line));
    expect(new Set(widths).size).toBe(1);
  });

  it("has a rule as wide as each column", () =>
    expect(shown([...ROWS, { kind: "rule", cells: [] }], 20).at(-1)).toBe("─────────────  ─────"));
});
