/** Totals of the pool that only an experiment knows: read from what `trace_facts/overview_summary` wrote, if it ran. */
import type { RunReport } from "../../artifacts/artifacts.ts";
import { readRunDocument } from "../../artifacts/run-document.ts";

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
  const merged = field(summary, "merged");
  const tokens = field(merged, "tokens");
  const input = field(tokens, "input");
  return {
    tokens: {
      input: count(input, "total_input_tokens"),
      prefix: count(input, "cached_read_input_tokens"),
      append: count(input, "new_input_tokens"),
      output: count(field(tokens, "output"), "total_output_tokens_including_reasoning"),
    },
    providers: Object.keys(field(merged, "rounds_by_provider")).map((provider) => ({
      provider,
      steps: count(field(merged, "rounds_by_provider"), provider),
    })),
  };
}

function field(value: unknown, name: string): Record<string, unknown> {
  const found = (value as Record<string, unknown> | null)?.[name];
  if (typeof found !== "object" || found === null || Array.isArray(found)) throw new Error(`no object ${name}`);
  return found as Record<string, unknown>;
}

function count(value: Record<string, unknown>, name: string): number {
  const found = value[name];
  if (typeof found !== "number" || !Number.isFinite(found)) throw new Error(`no number ${name}`);
  return found;
}
