/** What is done with the rows of a trace before they are published, wherever they come from: they are built from the schema and read back. */
import { UserError } from "../files/errors.ts";
import { MAX_LINE_BYTES } from "../files/lines.ts";
import type { JsonObject } from "../trace/exact-json.ts";
import type { Place } from "./fields.ts";
import type { Rules } from "./forms.ts";
import { ByteScan, checkLine } from "./gate.ts";
import { learnNames } from "./names.ts";
import { type Problem, Problems } from "./problems.ts";
import { publishRow } from "./row.ts";
import type { NumberedRow } from "./rows.ts";
import { NameSearch } from "./spellings.ts";

export interface Checked {
  readonly rows: number;
  readonly tools: number;
  /** Lines of all files, and those with findings. */
  readonly lines: number;
  readonly privateLines: number;
  /** What may not be published. Empty when all is clean. */
  readonly findings: readonly Problem[];
}

/** Number of values by field. */
export interface Changes {
  readonly removed: ReadonlyMap<string, number>;
  readonly replaced: ReadonlyMap<string, number>;
}

export interface PublishedRow {
  readonly row: JsonObject;
  readonly clean: JsonObject;
  /** JSON of the published row. */
  readonly text: string;
  readonly line: number;
}

/** The rows of a file as they are published; what they name is added to `names`, what is left out is noted in `left`. */
export async function* publishedRows(
  rows: AsyncIterable<NumberedRow>,
  file: string,
  { rules, names, left }: { readonly rules: Rules; readonly names: Set<string>; readonly left: Problems },
): AsyncGenerator<PublishedRow> {
  for await (const { row, line } of rows) {
    learnNames(row, names);
    left.at(file, line);
    const clean = publishRow(row, rules, left);
    yield { row, clean, text: lineOf(clean, file, line), line };
  }
}

function lineOf(clean: JsonObject, file: string, line: number): string {
  const text = JSON.stringify(clean);
  if (text.length <= MAX_LINE_BYTES) return text;
  throw new UserError(
    `${file}:${line} is longer than ${MAX_LINE_BYTES / 2 ** 20} MiB with its pseudonyms; rows are not. Remove the line.`,
    1,
  );
}

export interface CheckedRows {
  /** As messages call it. */
  readonly name: string;
  readonly rows: AsyncIterable<NumberedRow>;
  readonly place: Place;
}

/** Rows and tools of the trace, and what its files hold that may not be published. */
export async function checkRows(files: readonly CheckedRows[], names: ReadonlySet<string>, kept: ReadonlySet<string>): Promise<Checked> {
  const found = new Problems();
  const scan = new ByteScan(new NameSearch(names), kept);
  const count = { rows: 0, tools: 0, lines: 0, privateLines: 0 };
  for (const { name, rows, place } of files)
    for await (const { row, line, bytes } of rows) {
      const before = found.total;
      found.at(name, line);
      checkLine(row, place, kept, found);
      scan.check(bytes, found);
      count.lines++;
      if (found.total > before) count.privateLines++;
      if (place !== "row") continue;
      count.rows++;
      count.tools += Array.isArray(row.tools) ? row.tools.length : 0;
    }
  return { ...count, findings: found.list() };
}
