/** The checks by provider, and output counts that are not final by client version. */
import type { Table } from "../../../lib/experiment.ts";
import type { JudgedCheck } from "./catalogue.ts";

/** A row of `placeholders.sql`. */
export interface VersionRow {
  readonly provider: string;
  readonly client_version: string;
  readonly steps: number;
  readonly placeholder_steps: number;
}

export function providersTable(checks: readonly JudgedCheck[]): Table {
  return {
    name: "checks_by_provider",
    title: "Checks by provider",
    caption: "One row per check and provider that it applies to. A step is named by its position in the pool.",
    columns: ["check", "level", "provider", "offenders", "looked_at", "share", "first_step"],
    rows: checks.flatMap(({ name, level, tallies }) =>
      tallies.map(({ provider, offenders, looked_at, first_round_pk }) => ({
        check: name,
        level,
        provider,
        offenders,
        looked_at,
        share: offenders / looked_at,
        first_step: first_round_pk,
      })),
    ),
  };
}

export function versionsTable(versions: readonly VersionRow[]): Table {
  return {
    name: "placeholder_outputs_by_version",
    title: "Output counts that are not final, by client version",
    caption:
      "Steps whose output count was logged while the response was still streaming: their output tokens and cost are too small. " +
      "Several versions of one transcript are separated by a space.",
    columns: ["provider", "client_version", "steps", "placeholder_steps", "share"],
    rows: versions.map((row) => ({ ...row, share: row.placeholder_steps / row.steps })),
  };
}
