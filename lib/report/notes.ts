/** What a reader has to know of a report's numbers: a line each, and only where there is something. */
import { countCompact, counted } from "../format/counts.ts";
import { grouped } from "../format/numbers.ts";
import type { Coverage } from "./coverage.ts";

const MOST_GAPS = 3;
const MOST_MODELS = 5;

export function notesOf(coverage: Coverage): string[] {
  return [...priceNotes(coverage), ...countNotes(coverage), ...dayNotes(coverage)];
}

function priceNotes({ unpriced, guessed, overridden, steps }: Coverage): string[] {
  return [
    when(unpriced.steps, `* Without a price: ${amountText(unpriced)} of ${listed(unpriced.models)}. --prices FILE gives them one.`),
    when(
      guessed.steps,
      `Guessed: the price of ${counted(guessed.steps, "step")} of ${listed(guessed.models)} is that of the model's family.`,
    ),
    when(overridden.steps, `Your own rates (--prices) are used for ${grouped(overridden.steps)} of ${counted(steps, "step")}.`),
  ].flat();
}

function countNotes({ copies, replays, undated, progressHelpers, finalSteps, steps }: Coverage): string[] {
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
    when(
      steps - finalSteps,
      `Output: final counts of ${grouped(finalSteps)} of ${counted(steps, "step")}; the others were logged while streaming, so output and cost are lower bounds.`,
    ),
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

function listed(models: readonly string[]): string {
  const more = models.length - MOST_MODELS;
  return models.slice(0, MOST_MODELS).join(", ") + (more > 0 ? ` and ${counted(more, "other")}` : "");
}
