/** Totals of the pool that only an experiment knows: read from what `trace_facts/overview_summary` wrote, if it ran. */
import type { RunReport } from "../../artifacts/artifacts.ts";
import { readRunDocument } from "../../artifacts/run-document.ts";
import { finalCounts } from "../../format/counts.ts";
import { countAt, knownCountAt, objectAt, valueAt } from "./fields.ts";

export interface Overview {
  readonly tokens: {
    /** Prefix and append. */
    readonly input: number;
    readonly prefix: number;
    readonly append: number;
    /** Of the steps whose count is final; null without any. */
    readonly output: number | null;
  };
  /** `final counts of 3 of 9 steps`; null where all output counts are final. */
  readonly outputCounts: string | null;
  readonly providers: readonly { readonly provider: string; readonly steps: number }[];
}

export const OVERVIEW = {
  id: "trace_facts/overview_summary",
  file: "summary.json",
  noun: "a summary of a pool",
  parse: overviewOf,
} as const;

/** Null when the run left that experiment out. @throws UserError when its file isn't what it should be */
export function readOverview(out: string, report: RunReport): Overview | null {
  return readRunDocument(out, report, OVERVIEW);
}

export function overviewOf(summary: unknown): Overview {
  const merged = objectAt(summary, "merged");
  const { input, output } = objectAt(merged, "tokens");
  const steps = objectAt(merged, "rounds_by_provider");
  return {
    tokens: {
      input: countAt(input, "total_input_tokens"),
      prefix: countAt(input, "cached_read_input_tokens"),
      append: countAt(input, "new_input_tokens"),
      output: knownCountAt(output, "total_output_tokens_including_reasoning"),
    },
    outputCounts: outputCountsOf(merged),
    providers: Object.keys(steps).map((provider) => ({ provider, steps: countAt(steps, provider) })),
  };
}

/** The summary counts final steps only where there are others. */
function outputCountsOf(merged: Record<string, unknown>): string | null {
  const { output } = objectAt(merged, "tokens");
  const final = "rounds_with_final_output_count";
  return valueAt(output, final) === undefined
    ? null
    : finalCounts(countAt(output, final), countAt(objectAt(merged, "scope"), "llm_rounds_total"));
}
