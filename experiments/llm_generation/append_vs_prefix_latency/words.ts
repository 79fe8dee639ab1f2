/** Headlines and notes. */
import type { Headline } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import type { Matched } from "./measure.ts";
import { ratioText } from "./tables.ts";

export function headlines({ overall, buckets }: Matched): Headline[] {
  if (!overall) return [];
  return [
    { label: "Append-heavy step is the slower of a pair", value: percent(overall.appendSlowerProbability, 1) },
    { label: "Its median latency against prefix-heavy", value: ratioText(overall.medianRatio) },
    { label: "Told apart by latency alone (balanced accuracy)", value: percent(overall.threshold.balancedAccuracy, 1) },
    { label: "Matched buckets", value: grouped(buckets.length) },
  ];
}

export function notes({ buckets, sides, inputRows, verdict }: Matched): string[] {
  const counts = `${grouped(sides.append_heavy)} append-heavy and ${grouped(sides.prefix_heavy)} prefix-heavy steps`;
  if (buckets.length > 0) return [`Verdict: ${verdict}.`];
  return [`Nothing to show: of ${grouped(inputRows)} timing segments, ${counts} share no bucket with enough of both. Verdict: ${verdict}.`];
}
