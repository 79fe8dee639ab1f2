/** Makes a trace of what other programs recorded. Two readings of one input give the same bytes, whatever the order of its records. */
import path from "node:path";
import { Draft } from "../files/atomic.ts";
import { UserError } from "../files/errors.ts";
import { jsonText } from "../files/json.ts";
import { machineProblem, OWNER_ONLY_FILE, OWNER_ONLY_FOLDER } from "../files/place.ts";
import type { JsonObject } from "../trace/exact-json.ts";
import { ORIGINS } from "./columns.ts";
import type { Fact, Finding, ReaderOptions, Reject } from "./facts.ts";
import { SOURCES, type Source } from "./formats.ts";
import { Groups } from "./groups.ts";
import { READERS } from "./readers.ts";
import { recordsIn } from "./records.ts";
import { type Row, rowsOf } from "./rows.ts";
import { sessionsOf } from "./sessions.ts";

export interface ConvertOptions extends ReaderOptions {
  /** `-` is standard input. */
  readonly files: readonly string[];
  /** Default: the one that the first record is of that is of any. */
  readonly from?: Source | undefined;
  /** The trace to write. */
  readonly out: string;
  /** Of rows whose record names none. Default: the name of the format. */
  readonly providerName?: string | undefined;
}

export interface ConvertReport {
  readonly format: Source;
  readonly records: number;
  readonly rows: number;
  readonly sessions: number;
  readonly tool_calls: number;
  /** Sums over the rows. */
  readonly tokens: Readonly<Record<(typeof TOKENS)[number], number>>;
  readonly columns: readonly ColumnReport[];
  /** By reason, the most frequent first. */
  readonly rejected: readonly { readonly reason: string; readonly count: number; readonly tokens: number }[];
}

export interface ColumnReport {
  readonly columns: readonly string[];
  /** With a value in the first of the columns, of all rows. */
  readonly rows: number;
  readonly known: string | null;
  readonly derived: string | null;
  readonly lacks: string;
}

const TOKENS = ["input_tokens_total", "prefix_tokens", "output_tokens"] as const;
const NOT_JSON: Reject = { reason: "lines that are not JSON objects", tokens: 0 };

/**
 * Writes the trace and, next to it, the report. Both are for their owner alone, and appear when they are complete.
 * @throws UserError when nothing can be converted, and for files that can't be read or written
 */
export async function convert(options: ConvertOptions): Promise<ConvertReport> {
  const out = path.resolve(options.out);
  const drafts = { work: new Draft(out), trace: new Draft(out, { tidy: false }), report: new Draft(reportFileOf(out)) };
  try {
    const tally = new Tally();
    const groups = new Groups(drafts.work.makeFolder(OWNER_ONLY_FOLDER));
    try {
      const format = await readAll(options, groups, tally);
      const writer = drafts.trace.open(OWNER_ONLY_FILE);
      try {
        for await (const facts of groups.all())
          for (const row of convertedRows(facts, { ...options, format }, tally)) writer.write(`${JSON.stringify(row)}\n`);
        writer.close();
      } finally {
        writer.abandon();
      }
      const report = tally.report(format);
      if (report.rows === 0) throw new UserError(nothingIn(options.files, report), 1);
      const text = drafts.report.open(OWNER_ONLY_FILE);
      text.write(jsonText(report));
      text.close();
      drafts.report.publish();
      drafts.trace.publish();
      return report;
    } finally {
      groups.close();
    }
  } catch (error) {
    throw machineProblem(error, path.dirname(out)) ?? error;
  } finally {
    for (const draft of Object.values(drafts)) draft.discard();
  }
}

export function reportFileOf(trace: string): string {
  return `${trace.replace(/\.jsonl$/, "")}.report.json`;
}

async function readAll(options: ConvertOptions, groups: Groups, tally: Tally): Promise<Source> {
  let format = options.from;
  for (const file of options.files)
    for await (const record of recordsIn(file)) {
      tally.records++;
      if (record === null) {
        tally.reject(NOT_JSON);
        continue;
      }
      format ??= SOURCES.find((source) => READERS[source].matches(record));
      for (const finding of findingsOf(record, format, options))
        if ("fact" in finding) groups.add(finding.fact);
        else tally.reject(finding.reject);
    }
  if (format !== undefined) return format;
  throw new UserError(`${options.files.join(", ")}: no record is of a format that can be converted: ${SOURCES.join(", ")}.`, 1);
}

function findingsOf(record: JsonObject, format: Source | undefined, options: ConvertOptions): Iterable<Finding> {
  if (format !== undefined && READERS[format].matches(record)) return READERS[format].read(record, options);
  return [{ reject: { reason: "records of another format", tokens: 0 } }];
}

function* convertedRows(facts: readonly Fact[], options: ConvertOptions & { readonly format: Source }, tally: Tally): Generator<Row> {
  const { sessions, rejects } = sessionsOf(facts, options);
  for (const reject of rejects) tally.reject(reject);
  for (const session of sessions) {
    tally.sessions++;
    for (const row of rowsOf(session, options.format, options.providerName ?? options.format)) {
      tally.add(row);
      yield row;
    }
  }
}

class Tally {
  records = 0;
  sessions = 0;
  private rows = 0;
  private calls = 0;
  private readonly tokens = { input_tokens_total: 0, prefix_tokens: 0, output_tokens: 0 };
  private readonly filled = new Map<string, number>();
  private readonly rejects = new Map<string, { count: number; tokens: number }>();

  reject({ reason, tokens }: Reject): void {
    const known = this.rejects.get(reason) ?? { count: 0, tokens: 0 };
    this.rejects.set(reason, { count: known.count + 1, tokens: known.tokens + tokens });
  }

  add(row: Row): void {
    this.rows++;
    this.calls += row.tools.length;
    for (const name of TOKENS) this.tokens[name] += Number(row[name] ?? 0);
    for (const {
      columns: [column = ""],
    } of ORIGINS)
      if (hasValue(row[column])) this.filled.set(column, (this.filled.get(column) ?? 0) + 1);
  }

  report(format: Source): ConvertReport {
    return {
      format,
      records: this.records,
      rows: this.rows,
      sessions: this.sessions,
      tool_calls: this.calls,
      tokens: this.tokens,
      columns: ORIGINS.map(({ columns, known, derived, lacks }) => ({
        ...{ columns, rows: this.filled.get(columns[0] ?? "") ?? 0 },
        ...{ known: known?.[format] ?? null, derived: derived?.[format] ?? null, lacks },
      })),
      rejected: [...this.rejects]
        .map(([reason, sums]) => ({ reason, ...sums }))
        .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1)),
    };
  }
}

function hasValue(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined;
}

function nothingIn(files: readonly string[], { format, rejected }: ConvertReport): string {
  const reasons = rejected.slice(0, 3).map(({ reason, count }) => `${count.toLocaleString("en-US")} ${reason}`);
  const why = reasons.length > 0 ? ` Found were ${reasons.join(", ")}.` : "";
  return `${files.join(", ")}: no call of a model in ${format} has enough for a row.${why}`;
}
