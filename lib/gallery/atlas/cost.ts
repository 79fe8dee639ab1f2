/** What all steps cost: read from what `trace_facts/cost_over_time` wrote, if it ran. */
import type { RunReport } from "../../artifacts/artifacts.ts";
import { readRunDocument } from "../../artifacts/run-document.ts";
import { countAt, knownCountAt, textAt, valueAt } from "./fields.ts";

/** Money in dollars, null where no step has a price. */
export interface Cost {
  readonly usd: number | null;
  /** The most that it can be. */
  readonly usdMost: number | null;
  /** If all input were billed as fresh input. */
  readonly usdWithoutCache: number | null;
  /** Days with steps that have a price. */
  readonly days: number;
  readonly usdPerDay: number | null;
  /** Which prices these are, and what has none, as a sentence. */
  readonly prices: string;
  /** `final counts of 3 of 9 steps`; null where all output counts are final. */
  readonly outputCounts: string | null;
}

export const COST = { id: "trace_facts/cost_over_time", file: "cost.json", noun: "the cost of a pool", parse: costOf } as const;

/** Null when the run left that experiment out. @throws UserError when its file isn't what it should be */
export function readCost(out: string, report: RunReport): Cost | null {
  return readRunDocument(out, report, COST);
}

export function costOf(document: unknown): Cost {
  return {
    usd: knownCountAt(document, "usd"),
    usdMost: knownCountAt(document, "usd_hi"),
    usdWithoutCache: knownCountAt(document, "usd_without_cache"),
    days: countAt(document, "days"),
    usdPerDay: knownCountAt(document, "usd_per_day"),
    prices: textAt(document, "prices"),
    outputCounts: valueAt(document, "output_counts") === null ? null : textAt(document, "output_counts"),
  };
}
