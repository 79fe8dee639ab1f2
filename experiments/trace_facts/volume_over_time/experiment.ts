import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { magnitude } from "../../../lib/format/published.ts";
import { volumeFigure } from "./charts.ts";
import { daysTable, volumeDocument } from "./outputs.ts";
import { DAYS, isFilled, sumOf, type Volume, volumeOf } from "./volume.ts";

export default defineExperiment(import.meta.url, {
  title: "Volume over time",
  question: "When did the steps of the pool happen, and how evenly is its volume spread over the collection window?",
  empty: "No agent step in this pool has a time.",
  unfinishedOutput: "left out",
  async run({ db }) {
    const volume = volumeOf(await db.rows(DAYS));
    const figure = volumeFigure(volume);
    return {
      tables: [daysTable(volume)],
      documents: [volumeDocument(volume)],
      ...(figure && { figures: [figure] }),
      headlines: headlines(volume),
      notes: notes(volume),
    };
  },
});

function headlines({ days, periods }: Volume): Headline[] {
  if (periods === null) return [];
  const active = new Set(days.map(({ day }) => day)).size;
  const { steps, input_tokens } = sumOf(days);
  return [
    { label: "Days with steps", value: `${grouped(active)} of ${grouped(periods.lastDay - periods.firstDay + 1)}` },
    { label: "Steps per active day", value: grouped(Math.round(steps / active)) },
    { label: "Input tokens per active day", value: magnitude(Math.round(input_tokens / active)) },
  ];
}

function notes({ days, undated, periods }: Volume): string[] {
  const missing = sumOf(undated).steps;
  return [
    ...(missing > 0 ? [`Steps without a time are on no day: ${grouped(missing)} of ${grouped(missing + sumOf(days).steps)}.`] : []),
    ...(periods && !isFilled(periods)
      ? ["The window is longer than ten years, so some clock was wrong; the table has only days on which something happened."]
      : []),
  ];
}
