/** How the steps that show a user message and the requests that they open must add up. */

import { noneOf, numberColumns, query, type RowOf } from "../../../lib/experiment.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { type Check, violation, warning } from "../../../lib/trace/checks.ts";

/** Why a step that shows a user message opens no request. */
export const REASONS = ["missing_session", "no_model_output", "no_parseable_user_timestamp", "user_after_first_model_output"] as const;
export type Reason = (typeof REASONS)[number];

/** Steps of each provider that show a user message. */
export const MESSAGE_STEPS = query("query.sql", {
  provider: "text",
  visible: "number",
  triggers: "number",
  missing_session: "number",
  no_parseable_user_timestamp: "number",
  no_model_output: "number",
  user_after_first_model_output: "number",
});
/** Requests of each provider, by how they ended. */
export const REQUEST_ENDS = query("requests.sql", {
  provider: "text",
  opened: "number",
  samples: "number",
  dropped_no_output: "number",
  dropped_nonpositive: "number",
  closed_next: "number",
  closed_eof: "number",
});
type MessageSteps = RowOf<typeof MESSAGE_STEPS>;
type RequestEnds = RowOf<typeof REQUEST_ENDS>;

/** Both of one provider, or of `all`. */
export type Account = MessageSteps & RequestEnds;

const NONE = { ...noneOf(MESSAGE_STEPS), ...noneOf(REQUEST_ENDS) };

/** One account for each provider, in the order of `providers`. */
export function accountsOf(providers: readonly string[], steps: readonly MessageSteps[], requests: readonly RequestEnds[]): Account[] {
  return providers.map((provider) => ({
    ...NONE,
    ...steps.find((row) => row.provider === provider),
    ...requests.find((row) => row.provider === provider),
    provider,
  }));
}

/** The account of all providers, called `all`. */
export function totalOf(accounts: readonly Account[]): Account {
  return { provider: "all", ...sumsOf(accounts, numberColumns(MESSAGE_STEPS)), ...sumsOf(accounts, numberColumns(REQUEST_ENDS)) };
}

/** Steps and requests are counted by different queries, so the sums hold only if both follow the same rules. */
export function checksOf(accounts: readonly Account[]): Check[] {
  const total = totalOf(accounts);
  const off = (difference: (account: Account) => number) => accounts.reduce((sum, account) => sum + Math.abs(difference(account)), 0);
  return [
    violation(
      "triggers_become_requests",
      "Every step that answers a user message opens a request, which gives a sample or is dropped for a known reason.",
      off((each) => each.triggers - each.samples - each.dropped_no_output - each.dropped_nonpositive),
      total.triggers,
    ),
    violation(
      "samples_are_closed",
      "Every sample ends at the next request of its session or at the end of the trace.",
      off((each) => each.samples - each.closed_next - each.closed_eof),
      total.samples,
    ),
    violation(
      "messages_are_classified",
      "Every step that shows a user message opens a request or has one reason why it does not.",
      off((each) => each.visible - each.opened - REASONS.reduce((sum, reason) => sum + each[reason], 0)),
      total.visible,
    ),
    violation("requests_have_output", "Every request has an output.", total.dropped_no_output, total.opened),
    {
      ...warning("requests_take_time", "Every request takes some time.", total.dropped_nonpositive, total.opened),
      detail: "The output that answers the message has its time: clocks too coarse, or the message was logged late.",
    },
    warning(
      "messages_have_a_time",
      "Every step that shows a user message shows one with a time.",
      total.no_parseable_user_timestamp,
      total.visible,
    ),
    warning(
      "messages_have_a_session",
      "Every step that answers a user message has a session.",
      total.missing_session,
      total.triggers + total.missing_session,
    ),
  ];
}
