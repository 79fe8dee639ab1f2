/** The checks by provider, and output counts that are not final by client version. */
import { query, type RowOf, type Table, table } from "../../../lib/experiment.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import type { JudgedCheck } from "./catalog.ts";

export const PLACEHOLDERS = query("placeholders.sql", {
  provider: "text",
  client_version: "text",
  steps: "number",
  placeholder_steps: "number",
});

export function providersTable(checks: readonly JudgedCheck[]): Table {
  return table(
    "checks_by_provider",
    checks.flatMap(({ name, level, tallies }) => tallies.map((tally) => ({ ...tally, name, level }))),
    {
      check: { of: ({ name }) => name, says: "Check" },
      level: { says: "What a failed check is: `warning` or `violation`" },
      provider: { says: "Provider of the rows; `<unknown-provider>` when missing" },
      offenders: { says: "Rows that fail the check", unit: "rows" },
      looked_at: { says: "Rows that the check applies to", unit: "rows" },
      share: { of: ({ offenders, looked_at }) => offenders / looked_at, says: "Share of those rows that fail", unit: "share" },
      first_step: {
        of: ({ first_round_pk }) => first_round_pk,
        says: "Position in the pool of the first step with a failing row; empty when there is none",
      },
    },
    {
      title: "Checks by provider",
      caption:
        "One row per check and provider that it applies to. Rows are steps, tool calls, events, sessions or records, whatever the check compares.",
    },
  );
}

export function versionsTable(versions: readonly RowOf<typeof PLACEHOLDERS>[]): Table {
  return table(
    "placeholder_outputs_by_version",
    versions,
    {
      provider: PROVIDER_COLUMN,
      client_version: {
        says: "Version of the client that wrote the transcript, several separated by a space; `unknown` when none was logged",
      },
      steps: { says: "Steps for which it is recorded whether the output count is final", unit: "steps" },
      placeholder_steps: { says: "Steps whose output count is not final", unit: "steps" },
      share: {
        of: ({ placeholder_steps, steps }) => placeholder_steps / steps,
        says: "Share of the steps that are not final",
        unit: "share",
      },
    },
    {
      title: "Output counts that are not final, by client version",
      caption:
        "Steps whose output count was logged while the response was still streaming: their output tokens and cost are too low. One row per provider and client version.",
    },
  );
}
