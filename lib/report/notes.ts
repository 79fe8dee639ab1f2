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
  const streaming = steps - finalSteps;
  return [
    when(
      copies.steps,
      `Copies: ${amountText(copies)} in resumed or forked transcripts repeat responses that are counted, and are left out.`,
    ),
    when(
      replays.steps,
      `Replays: ${amountText(replays)} are history that helpers repeat from transcripts that are gone. They are counted, without times.`,
    ),
    when(undated.steps, `Without a time: ${amountText(undated)}, so they are of no known day.`),
    when(
      progressHelpers.helpers,
      `${counted(progressHelpers.helpers, "helper")}: ${amountText(progressHelpers)} are known only from progress records of the parent.`,
    ),
    when(
      streaming,
      `Output: final counts of ${grouped(finalSteps)} of ${counted(steps, "step")}. The others were logged while streaming, so output and cost are at least this; "Uncertain" is what the text and tool inputs add at least.`,
    ),
  ].flat();
}

function dayNotes({ gaps, agents, firstDay }: Coverage): string[] {
  if (firstDay === null) return [];
  const shown = gaps.slice(-MOST_GAPS).map(({ from, to }) => `from ${from} to ${to}`);
  const more = gaps.length > MOST_GAPS ? `, and in ${counted(gaps.length - MOST_GAPS, "earlier gap")}` : "";
  const deletes = agents.includes("claude") ? " Claude Code deletes transcripts after 30 days unless its settings say otherwise." : "";
  return when(
    gaps.length,
    `Gaps: no steps ${shown.join(" and ")}${more}: either the agents were not used, or the transcripts are gone.${deletes}`,
  );
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
