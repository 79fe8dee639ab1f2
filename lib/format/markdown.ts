/** Tables as GitHub-flavoured Markdown, for results that people read and paste. */

type Align = "left" | "right" | "center";

export interface MarkdownTable {
  readonly header: readonly string[];
  /** One for each column. Default: the first left, the others right. */
  readonly align?: readonly Align[];
  /** Cells as plain text; a row that is too short is filled up with empty cells. */
  readonly rows: readonly (readonly string[])[];
}

interface TableGroup {
  /** In bold above the table; left out where there is none. */
  readonly title?: string;
  readonly table: MarkdownTable;
}

const RULE: Readonly<Record<Align, string>> = { left: ":--", right: "--:", center: ":-:" };

/**
 * A table, one line for each row, without a final newline. Text is shown as it is: a `|` does not end its cell, a line
 * break becomes a space, and what Markdown would take for markup is escaped.
 * @throws when a row has more cells than the header
 */
export function markdownTable({ header, align = header.map((_, i) => (i === 0 ? "left" : "right")), rows }: MarkdownTable): string {
  const width = header.length;
  const wide = rows.findIndex((row) => row.length > width);
  if (wide >= 0) throw new Error(`row ${wide + 1} of a Markdown table has ${rows[wide]?.length} cells under ${width} headings`);
  const filled = rows.map((row) => header.map((_, i) => row[i] ?? ""));
  return [line(header.map(markdownText)), line(align.map((side) => RULE[side])), ...filled.map((row) => line(row.map(markdownText)))].join(
    "\n",
  );
}

/** The same with each column named once, with what its cells show: `{ group: (row) => row.name, steps: (row) => grouped(row.steps) }`. */
export function markdownRows<R>(rows: readonly R[], columns: Readonly<Record<string, (row: R) => string>>): string {
  return markdownTable({ header: Object.keys(columns), rows: rows.map((row) => Object.values(columns).map((cell) => cell(row))) });
}

/** Tables below one another, each under its title, with empty lines between; ends in a newline. */
export function groupedTables(groups: readonly TableGroup[]): string {
  const parts = groups.flatMap(({ title, table }) => [
    ...(title === undefined ? [] : [`**${markdownText(title)}**`]),
    markdownTable(table),
  ]);
  return `${parts.join("\n\n")}\n`;
}

/** Characters that open markup anywhere, and those that do so in some places only: tags, entities, underscores at the edge of a word. */
const MARKUP = /[\\`*[\]|~]|<(?=[a-z/!?])|&(?=#?\w+;)|(?<!\w)_+|_+(?!\w)/gi;
const LINE_BREAKS = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/g;

/** Plain text that Markdown shows as it is, on one line. */
export function markdownText(text: string): string {
  return text.replace(LINE_BREAKS, " ").replace(MARKUP, (marks) => [...marks].map((mark) => `\\${mark}`).join(""));
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
