/** What copies add, by provider and relation, and how many transcripts hold a response. */
import type { Row, Table } from "../../../lib/experiment.ts";
import { type Amounts, type HolderRow, shareOf, type Usage } from "./copies.ts";

export function usageTable(usage: readonly Usage[]): Table {
  return {
    name: "response_copies",
    title: "What copies add, by provider and relation",
    caption:
      "One row per provider and relation of the transcript, and one for all of them. Columns with copy_ are of the steps that repeat a response; " +
      "cost is in USD at list prices, without steps of unpriced models.",
    columns: [
      "provider",
      "relation",
      "steps",
      "copy_steps",
      "copy_share",
      "own_session_copies",
      ...["prefix_tokens", "append_tokens", "output_tokens", "cost_usd", "unpriced_steps"].flatMap((column) => [column, `copy_${column}`]),
      "copy_cost_share",
    ],
    rows: usage.map(({ provider, relation, total, copies, ownSessionCopies }) => ({
      provider,
      relation,
      ...columnsOf(total, ""),
      ...columnsOf(copies, "copy_"),
      copy_share: shareOf(copies.steps, total.steps),
      copy_cost_share: shareOf(copies.costUsd, total.costUsd),
      own_session_copies: ownSessionCopies,
    })),
  };
}

function columnsOf(amounts: Amounts, prefix: string): Row {
  return {
    [`${prefix}steps`]: amounts.steps,
    [`${prefix}prefix_tokens`]: amounts.prefix,
    [`${prefix}append_tokens`]: amounts.append,
    [`${prefix}output_tokens`]: amounts.output,
    [`${prefix}cost_usd`]: amounts.costUsd,
    [`${prefix}unpriced_steps`]: amounts.unpricedSteps,
  };
}

export function holdersTable(holders: readonly HolderRow[]): Table {
  return {
    name: "responses_by_transcripts",
    title: "Responses by the number of transcripts that hold them",
    caption: "One row per provider and number of transcripts; responses that cannot be told are left out.",
    columns: ["provider", "transcripts", "responses", "steps"],
    rows: holders.map((row) => ({ ...row })),
  };
}
