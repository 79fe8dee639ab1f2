/** What `trace_facts/provider_comparison` wrote, as its page shows it. */
import type { RunReport } from "../../../artifacts/artifacts.ts";
import { readRunDocument } from "../../../artifacts/run-document.ts";
import { countAt, listAt, textAt, valueAt } from "../../atlas/fields.ts";

export const SOURCE = "trace_facts/provider_comparison";
export const CSV_FILE = "provider_comparison.csv";

export interface Comparison {
  /** At least one, in the order of the columns. */
  readonly providers: readonly ComparedProvider[];
  /** Agent steps of the pool, those without a provider included. */
  readonly steps: number;
  readonly groups: readonly { readonly id: string; readonly title: string; readonly rows: readonly ComparedRow[] }[];
}

export interface ComparedProvider {
  readonly provider: string;
  readonly title: string;
  readonly steps: number;
  /** `final counts of 3 of 9 steps`; null where all output counts are final. */
  readonly outputCounts: string | null;
  /** `9 of 12 steps have a price; …`; null where each step has its list price. */
  readonly prices: string | null;
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
  /** Their sizes as shares of the largest; null where a row has something other than one number from 0 on for each provider. */
  readonly bars: readonly number[] | null;
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
  const providers = listAt(document, "providers").map((entry) => ({
    provider: textAt(entry, "provider"),
    title: textAt(entry, "title"),
    steps: countAt(entry, "steps"),
    outputCounts: valueAt(entry, "output_counts") === undefined ? null : textAt(entry, "output_counts"),
    prices: valueAt(entry, "prices") === undefined ? null : textAt(entry, "prices"),
  }));
  if (providers.length === 0) return null;
  const names = providers.map(({ provider }) => provider);
  return {
    providers,
    steps: countAt(document, "steps"),
    groups: listAt(document, "groups").map((group) => ({
      id: textAt(group, "id"),
      title: textAt(group, "title"),
      rows: listAt(group, "rows").map((row) => rowOf(row, names)),
    })),
  };
}

function rowOf(row: unknown, providers: readonly string[]): ComparedRow {
  const values = listAt(row, "values");
  const id = textAt(row, "id");
  if (values.length !== providers.length) throw new Error(`row ${id} doesn't fit the providers`);
  const direction = isDescriptive(row) ? "none" : valueAt(row, "direction");
  const better = direction === "none" || valueAt(row, "better") === null ? -1 : providers.indexOf(textAt(row, "better"));
  return {
    id,
    label: textAt(row, "label"),
    formula: textAt(row, "formula"),
    direction: direction === "up" || direction === "down" ? direction : "none",
    experiment: valueAt(row, "experiment") === null ? null : textAt(row, "experiment"),
    values: values.map((value) => textAt(value, "text")),
    bars: barsOf(values),
    better: better === -1 ? null : better,
  };
}

/** Shares, such as hit rates, follow from the work that was done: neither side of them is better. */
function isDescriptive(row: unknown): boolean {
  return valueAt(row, "unit") === "share";
}

function barsOf(values: readonly unknown[]): number[] | null {
  const sizes = values.map((value) => valueAt(valueAt(value, "raw"), "value"));
  const largest = Math.max(...sizes.map(Number));
  return sizes.every((size) => typeof size === "number" && size >= 0) && largest > 0 ? sizes.map((size) => Number(size) / largest) : null;
}
