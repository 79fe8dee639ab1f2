/** What a reader has to know of a report's numbers: a line each, and only where there is something. */
import { countCompact, counted, finalCounts } from "../format/counts.ts";
import { grouped } from "../format/numbers.ts";
import { priceCoverage } from "../format/price-coverage.ts";
import type { Accounting } from "../trace/readings.ts";
import type { Coverage } from "./coverage.ts";

const MOST_GAPS = 3;
const MOST_MODELS = 5;

export function notesOf(coverage: Coverage, accounting: Accounting): string[] {
  return [...priceNotes(coverage, accounting), ...countNotes(coverage), ...dayNotes(coverage)];
}

function priceNotes({ listed, guessed, overridden, unpriced }: Coverage, accounting: Accounting): string[] {
  const coverage = priceCoverage([
    { basis: "listed", ...listed, usd: listed.costUSD },
    { basis: "family", ...guessed, usd: guessed.costUSD },
    { basis: "override", ...overridden, usd: overridden.costUSD },
    { basis: null, ...unpriced, usd: 0 },
  ]);
  if (coverage === null) return [];
  const remedy = accounting === "counted" ? "; --prices FILE gives them a price" : "";
  const lacking = `(${namesOf(unpriced.models)}). An asterisk marks costs without them${remedy}`;
  return [`Prices: ${[coverage, ...when(unpriced.steps, lacking)].join(" ")}.`];
}

function countNotes({ copies, replays, undated, progressHelpers, finalSteps, steps }: Coverage): string[] {
  const final = finalCounts(finalSteps, steps);
  return [
    when(
      copies.steps,
      `Copies: ${amountText(copies)} in resumed or forked transcripts repeat responses that are counted; they are left out.`,
    ),
    when(
      replays.steps,
      `Replays: ${amountText(replays)} are history that helpers repeat from transcripts that are gone; they are counted, and their day is unknown.`,
    ),
    when(undated.steps, `Without a time: ${amountText(undated)}, whose day is unknown.`),
    when(
      progressHelpers.helpers,
      `Helpers: ${grouped(progressHelpers.helpers)} with ${amountText(progressHelpers)} are known only from progress records of the parent.`,
    ),
    final === null ? [] : `Output: ${final}; the others were logged while streaming, so output and cost are lower bounds.`,
  ].flat();
}

function dayNotes({ gaps, agents }: Coverage): string[] {
  const earlier = gaps.length - MOST_GAPS;
  const shown = gaps.slice(-MOST_GAPS).map(({ from, to }) => `from ${from} to ${to}`);
  const all = [...shown, ...when(earlier, `in ${counted(earlier, "earlier gap")}`)].join(", ");
  const deleted = agents.includes("claude") ? ": Claude Code deletes them after 30 days by default" : "";
  return when(gaps.length, `Gaps: no steps ${all}. Either the agents were not used or the transcripts are gone${deleted}.`);
}

function when(count: number, note: string): string[] {
  return count > 0 ? [note] : [];
}

function amountText({ steps, tokens }: { readonly steps: number; readonly tokens: number }): string {
  return `${counted(steps, "step")} (${countCompact(tokens)} tokens)`;
}

function namesOf(models: readonly string[]): string {
  const more = models.length - MOST_MODELS;
  return models.slice(0, MOST_MODELS).join(", ") + (more > 0 ? ` and ${counted(more, "other")}` : "");
}
