/** Totals of the pool that only an experiment knows: read from what `trace_facts/overview_summary` wrote, if it ran. */
import type { RunReport } from "../../artifacts/artifacts.ts";
import { readRunDocument } from "../../artifacts/run-document.ts";
import { countAt, objectAt } from "./fields.ts";

export interface Overview {
  readonly tokens: {
    /** Prefix and append. */
    readonly input: number;
    readonly prefix: number;
    readonly append: number;
    readonly output: number;
  };
  readonly providers: readonly { readonly provider: string; readonly steps: number }[];
}

/** Null when the run left that experiment out. @throws UserError when its file isn't what it should be */
export function readOverview(out: string, report: RunReport): Overview | null {
  return readRunDocument(out, report, {
    id: "trace_facts/overview_summary",
    file: "summary.json",
    noun: "a summary of a pool",
    parse: overviewOf,
  });
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
      output: countAt(output, "total_output_tokens_including_reasoning"),
    },
    providers: Object.keys(steps).map((provider) => ({ provider, steps: countAt(steps, provider) })),
  };
}
