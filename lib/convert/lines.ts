/** The report of a conversion in a terminal. */
import { counted } from "../format/counts.ts";
import { grouped } from "../format/numbers.ts";
import { type TextRow, textTable } from "../report/layout.ts";
import type { TextLine } from "../report/lines.ts";
import type { ColumnReport, ConvertReport } from "./convert.ts";

/** @param width columns of the terminal; null for as wide as it gets */
export function reportLines({ rows, columns, rejected }: ConvertReport, width: number | null): TextLine[] {
  const table = textTable(
    [
      { title: "Columns", align: "left", least: 20 },
      { title: "Rows", align: "right" },
      { title: "From", align: "left", least: 12 },
      { title: "Without it, figures lack", align: "left", least: 12 },
    ],
    columns.map((column): TextRow => ({ kind: "row", cells: cellsOf(column, rows) })),
    width,
  );
  return [
    ...table.lines,
    ...rejected.map(({ reason, count, tokens }): TextLine => {
      const sum = tokens > 0 ? `, ${counted(tokens, "token")}` : "";
      return { kind: "note", text: `Left out: ${grouped(count)} ${reason}${sum}` };
    }),
  ];
}

function cellsOf({ columns: [first = "", ...others], rows, known, derived, lacks }: ColumnReport, all: number): string[] {
  const name = others.length === 0 ? first : `${first} +${others.length}`;
  const origin = known ?? (derived === null ? "not in this format" : `derived: ${derived}`);
  return [name, grouped(rows), origin, rows < all ? lacks : ""];
}
