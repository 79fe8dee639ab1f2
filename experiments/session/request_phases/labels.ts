/** Requests by label of their session, where the user gave some. */
import { type Figure, type MemoryTable, type QueryContext, query, type RowOf, table } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { labelFigure, UNLABELED } from "../../../lib/trace/label-bars.ts";

const REQUESTS = query("labels.sql", {
  key: "text",
  value: "text?",
  requests: "number",
  with_error: "number",
  steps: "number",
  unpriced_steps: "number",
  tokens: "number",
  repair_tokens: "number",
  nano: "number",
  touched_nano: "number",
  repair_nano: "number",
  edit_requests: "number",
  one_shot: "number",
});
export type LabelRequests = RowOf<typeof REQUESTS>;

const READING = `One bar per value of a label of \`--labels\`: what the requests of these sessions cost, and which share of that is in error windows. Gray is what has no label of that
key. Helpers have the labels of the session that started them, unless they have their own.`;

/** None without labels. */
export function readLabelRequests(db: QueryContext): Promise<LabelRequests[]> {
  return db.rows(REQUESTS);
}

export function labelRequestsTable(requests: readonly LabelRequests[]): MemoryTable {
  return table(
    "requests_by_label",
    requests,
    {
      key: { says: "Key of the label" },
      value: { of: ({ value }) => value ?? UNLABELED, says: `Value; \`${UNLABELED}\` for sessions without a label of the key` },
      requests: { says: "Requests", unit: "requests" },
      with_error: { says: "Those in which a call failed", unit: "requests" },
      steps: { says: "Agent steps", unit: "steps" },
      unpriced_steps: { says: "Those without a price, which cost nothing here", unit: "steps" },
      tokens: { says: "Input and output", unit: "tokens" },
      repair_tokens: { says: "Those of steps in error windows", unit: "tokens" },
      cost_usd: { of: ({ nano }) => nano / 1e9, says: "Cost at list prices", unit: "USD" },
      touched_usd: { of: ({ touched_nano }) => touched_nano / 1e9, says: "Cost of requests in which a call failed, whole", unit: "USD" },
      repair_usd: { of: ({ repair_nano }) => repair_nano / 1e9, says: "Cost of the steps in error windows", unit: "USD" },
      repair_share: { of: ({ repair_nano, nano }) => ratio(repair_nano, nano), says: "repair_usd / cost_usd", unit: "share" },
      one_shot_rate: {
        of: ({ one_shot, edit_requests }) => ratio(one_shot, edit_requests),
        says: "Share of requests with an edit that have no rework loop",
        unit: "share",
      },
    },
    { title: "Requests by label", caption: "One row per key and value of `--labels`. The rows of a key add up to all requests." },
  );
}

export function labelRequestsFigure(requests: readonly LabelRequests[], coverage: string): Figure | null {
  return labelFigure({
    name: "requests_by_label",
    bars: requests.map((row) => ({
      key: row.key,
      value: row.value,
      usd: row.nano / 1e9,
      note: `${counted(row.requests, "request")}, repair ${percent(ratio(row.repair_nano, row.nano), 1)}`,
    })),
    subtitle: "Cost of requests by your own labels, and the share that repairs what failed.",
    coverage,
    amount: "Cost at list prices",
    reading: READING,
  });
}
