import { defineExperiment, table } from "../../../lib/experiment.ts";
import { dateOf } from "../../../lib/format/periods.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { calendarFigure } from "./charts.ts";
import { ACTIVITY, type Activity, type Highlight, highlightsOf, isTimed, RECORDS } from "./highlights.ts";

const HEADLINES = new Set(["busiest_day", "session_cost", "request_time", "context"]);
const NANO = 1e9;

export default defineExperiment(import.meta.url, {
  title: "Highlights",
  question: "When was the work done, and which days, sessions, requests and steps stand out?",
  empty: "No step in this pool has a time, a price or tokens.",
  unfinishedOutput: "left out of tables",
  async run({ db }) {
    const rows = await db.rows(ACTIVITY);
    const activity = rows.filter(isTimed);
    const highlights = highlightsOf(activity, await db.rows(RECORDS));
    const total = sumOf(rows, ({ steps }) => steps);
    return {
      tables: [activityTable(activity), highlightsTable(highlights)],
      ...(activity.length > 0 && { figures: [calendarFigure(activity, total)] }),
      headlines: highlights.filter(({ highlight }) => HEADLINES.has(highlight)).map(({ title, text }) => ({ label: title, value: text })),
    };
  },
});

function activityTable(activity: readonly Activity[]) {
  return table(
    "activity_by_hour",
    activity,
    {
      day: { of: (row) => dateOf(row.day), says: "Day in UTC" },
      hour: { says: "Hour of the day in UTC, 0 to 23" },
      steps: { says: "Steps answered in it; replayed history is left out", unit: "steps" },
      requests: { says: "Those that open a request", unit: "requests" },
      errors: { says: "Tool calls of these steps that failed", unit: "calls" },
      cost_usd: { of: (row) => row.cost_nano / NANO, says: "Cost of the steps that have a price", unit: "USD" },
      unpriced_steps: { says: "Steps without a price", unit: "steps" },
    },
    { title: "Activity by hour", caption: "One row per hour with a step." },
  );
}

function highlightsTable(highlights: readonly Highlight[]) {
  return table(
    "highlights",
    highlights,
    {
      highlight: { says: "Name of the highlight" },
      group: { says: "What it is about" },
      title: { says: "The same in words" },
      value: { says: "The largest value of the pool, in `unit`" },
      unit: { says: "Unit of `value`" },
      text: { says: "The value as it is printed" },
      detail: { says: "Its tool or model, or the day" },
      session_id: { of: ({ place }) => place?.session_id ?? null, says: "Session; empty for days and hours" },
      step: { of: ({ place }) => place?.step ?? null, says: "Its step, from 1 in file order; of a session or request the first" },
      request_no: { of: ({ place }) => place?.request_no ?? null, says: "Its request, from 1; 0: before the first" },
      provider: { of: ({ place }) => place?.provider ?? null, says: "Provider" },
      started_at: {
        of: ({ place }) => (place === null || place.at_us === null ? null : new Date(place.at_us / 1000).toISOString()),
        says: "First event of that step in UTC",
      },
    },
    {
      title: "Highlights",
      caption:
        "The largest of each kind, and the step where it happened; of equal ones the first. A tool call may include a wait for an approval. Output is that of final counts.",
    },
  );
}
