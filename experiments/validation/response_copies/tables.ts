/** What copies add, by provider and relation, and how many transcripts hold a response. */

import { type Column, type Table, table } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import type { Amounts, HolderRow, Usage } from "./copies.ts";

export function usageTable(usage: readonly Usage[]): Table {
  return table(
    "response_copies",
    usage,
    {
      provider: PROVIDER_COLUMN,
      relation: { says: "How the transcript relates to others: `main`, `resume`, `fork`, `sub-agent` or `unknown`; `all` for their sum" },
      ...withCopies("steps", ({ steps }) => steps, "Steps", "steps"),
      copy_share: {
        of: ({ total, copies }) => ratio(copies.steps, total.steps),
        says: "Share of the steps that are copies",
        unit: "share",
      },
      own_session_copies: {
        of: ({ ownSessionCopies }) => ownSessionCopies,
        says: "Copies whose own session already has the response",
        unit: "steps",
      },
      ...withCopies("prefix_tokens", ({ prefix }) => prefix, "Prefix tokens", "tokens"),
      ...withCopies("append_tokens", ({ append }) => append, "Append tokens", "tokens"),
      ...withCopies("output_tokens", ({ output }) => output, "Output tokens", "tokens"),
      ...withCopies("cost_usd", ({ costUsd }) => costUsd, "Cost of the steps that have a price", "USD"),
      ...withCopies("unpriced_steps", ({ unpricedSteps }) => unpricedSteps, "Steps without a price", "steps"),
      copy_cost_share: {
        of: ({ total, copies }) => ratio(copies.costUsd, total.costUsd),
        says: "Share of the cost that belongs to copies; empty without cost",
        unit: "share",
      },
    },
    {
      title: "What copies add, by provider and relation",
      caption:
        "One row per provider and relation of the transcript, and one for all relations. A copy is a step that repeats a response of an earlier step.",
    },
  );
}

/** The same amount of all steps and, as `copy_<name>`, of the copies among them. */
function withCopies(name: string, of: (amounts: Amounts) => number, says: string, unit: string): Record<string, Column<Usage>> {
  return {
    [name]: { of: ({ total }) => of(total), says, unit },
    [`copy_${name}`]: { of: ({ copies }) => of(copies), says: `${says}: of the copies`, unit },
  };
}

export function holdersTable(holders: readonly HolderRow[]): Table {
  return table(
    "responses_by_transcripts",
    holders,
    {
      provider: PROVIDER_COLUMN,
      transcripts: { says: "Number of transcripts that hold a response", unit: "transcripts" },
      responses: { says: "Responses held by that many", unit: "responses" },
      steps: { says: "Steps with these responses", unit: "steps" },
    },
    {
      title: "Responses by the number of transcripts that hold them",
      caption: "One row per provider and number of transcripts. Steps whose response is not identified are left out.",
    },
  );
}
