import fc from "fast-check";
import MarkdownIt from "markdown-it";
import { describe, expect, it } from "vitest";
import { groupedTables, markdownTable } from "./markdown.ts";

/** Cells as a reader sees them: rows of text. */
function shown(markdown: string): string[][] {
  const rows: string[][] = [];
  for (const token of new MarkdownIt({ html: true }).parse(markdown, {})) {
    if (token.type === "tr_open") rows.push([]);
    const plain = token.children?.every(({ type }) => type.startsWith("text"));
    if (token.type === "inline") rows.at(-1)?.push(plain ? (token.children ?? []).map(({ content }) => content).join("") : "(markup)");
  }
  return rows;
}

describe("markdownTable", () => {
  it("aligns the first column left and the others right", () => {
    expect(markdownTable({ header: ["Metric", "Avg"], rows: [["Requests", "6.3"]] })).toBe(
      "| Metric | Avg |\n| :-- | --: |\n| Requests | 6.3 |",
    );
  });

  it("takes another alignment and fills up short rows", () => {
    expect(markdownTable({ header: ["a", "b"], align: ["right", "center"], rows: [["1"], []] })).toBe(
      "| a | b |\n| --: | :-: |\n| 1 |  |\n|  |  |",
    );
  });

  it("refuses a row that is too long", () => {
    expect(() => markdownTable({ header: ["a"], rows: [["1"], ["1", "2"]] })).toThrow("row 2 of a Markdown table has 2 cells");
  });

  it.each([
    ["a|b", "a\\|b"],
    ["a\\|b", "a\\\\\\|b"],
    ["two\r\nlines", "two lines"],
    ["<unknown-provider>", "\\<unknown-provider>"],
    ["<10ms", "<10ms"],
    ["mcp__server__tool", "mcp__server__tool"],
    ["__init__", "\\_\\_init\\_\\_"],
    ["R&D", "R&D"],
    ["&amp;", "\\&amp;"],
    ["-0.0h", "-0.0h"],
  ])("writes %j as %s", (text, cell) => {
    expect(markdownTable({ header: ["a"], rows: [[text]] })).toBe(`| a |\n| :-- |\n| ${cell} |`);
  });

  it("shows any text as it is", () => {
    const text = fc.string({ unit: fc.constantFrom(..."ab1 |\\`*_~[](){}<>&;#!-+=\"'$^\n\r\u2028"), maxLength: 12 });
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 3 }), (rows) => {
        const expected = rows.map((row) => row.map((cell) => cell.replace(/\r\n|[\n\r\u2028]/g, " ").trim()));
        const header = ["x", "y"];
        expect(shown(markdownTable({ header, rows }))).toEqual([header, ...expected]);
      }),
      { numRuns: 500 },
    );
  });
});

describe("groupedTables", () => {
  const table = { header: ["a"], rows: [["1"]] };

  it("puts titles in bold and empty lines between", () => {
    expect(groupedTables([{ table }, { title: "Per session", table }])).toBe(
      "| a |\n| :-- |\n| 1 |\n\n**Per session**\n\n| a |\n| :-- |\n| 1 |\n",
    );
  });
});
