/** What `trace_facts/provider_comparison` wrote, as its page shows it. */
import type { RunReport } from "../../../artifacts/artifacts.ts";
import { readRunDocument } from "../../../artifacts/run-document.ts";

export const SOURCE = "trace_facts/provider_comparison";
export const CSV_FILE = "provider_comparison.csv";

export interface Comparison {
  /** At least one, in the order of the columns. */
  readonly providers: readonly { readonly provider: string; readonly title: string; readonly steps: number }[];
  /** Agent steps of the pool, those without a provider included. */
  readonly steps: number;
  readonly groups: readonly { readonly id: string; readonly title: string; readonly rows: readonly ComparedRow[] }[];
}

export interface ComparedRow {
  readonly id: string;
  readonly label: string;
  readonly formula: string;
  readonly direction: "up" | "down" | "none";
  /** Id of the experiment that looks closer. */
  readonly experiment: string | null;
  /** Printed values, one per provider. */
  readonly values: readonly string[];
  /** Position of the better value; null where the row isn't judged. */
  readonly better: number | null;
}

/** Null when the run left that experiment out, or when no step names a provider. @throws UserError when its file isn't what it should be */
export function readComparison(out: string, report: RunReport): Comparison | null {
  return readRunDocument(out, report, {
    id: SOURCE,
    file: "provider_comparison.json",
    noun: "a comparison of providers",
    parse: comparisonOf,
  });
}

export function comparisonOf(document: unknown): Comparison | null {
  const { providers, steps, groups } = document as { readonly [name: string]: unknown };
  const columns = list(providers, "providers").map((entry) => ({
    provider: text(entry, "provider"),
    title: text(entry, "title"),
    steps: count(entry.steps, "steps"),
  }));
  if (columns.length === 0) return null;
  const names = columns.map(({ provider }) => provider);
  return {
    providers: columns,
    steps: count(steps, "steps"),
    groups: list(groups, "groups").map((group) => ({
      id: text(group, "id"),
      title: text(group, "title"),
      rows: list(group.rows, "rows").map((row) => rowOf(row, names)),
    })),
  };
}

type Entry = { readonly [name: string]: unknown };

function rowOf(row: Entry, providers: readonly string[]): ComparedRow {
  const values = list(row.values, "values");
  if (values.length !== providers.length) throw new Error(`row ${text(row, "id")} doesn't fit the providers`);
  const better = row.better === null ? null : providers.indexOf(text(row, "better"));
  return {
    id: text(row, "id"),
    label: text(row, "label"),
    formula: text(row, "formula"),
    direction: row.direction === "up" || row.direction === "down" ? row.direction : "none",
    experiment: row.experiment === null ? null : text(row, "experiment"),
    values: values.map((value) => text(value, "text")),
    better: better === -1 ? null : better,
  };
}

function list(value: unknown, name: string): readonly Entry[] {
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === "object" && entry !== null)) throw new Error(`no list of ${name}`);
  return value;
}

function text(entry: Entry, name: string): string {
  const value = entry[name];
  if (typeof value !== "string") throw new Error(`no text ${name}`);
  return value;
}

function count(value: unknown, name: string): number {
  if (typeof value !== "number" || !(value >= 0)) throw new Error(`no number ${name}`);
  return value;
}
