import { defineExperiment, type Headline, query, type RowOf } from "../../../lib/experiment.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { checkHeadlines, checksDocument, checksTable } from "../../../lib/trace/checks.ts";
import { priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { copiesFigure } from "./charts.ts";
import { type Amounts, copyChecks, HOLDERS, totalsOf, USAGE, usageOf } from "./copies.ts";
import { holdersTable, usageTable } from "./tables.ts";

const SOURCE = query("source.sql", { steps: "number", detailed_steps: "number" });

export default defineExperiment(import.meta.url, {
  title: "Responses held by several transcripts",
  question: "How many steps repeat a response that the pool already has, and how many tokens and dollars are counted twice?",
  empty: "No step in this pool is known to repeat a response.",
  unfinishedOutput: "counted as logged",
  async run({ db }) {
    const usage = usageOf(await db.rows(USAGE));
    const holders = await db.rows(HOLDERS);
    const source = await db.rows(SOURCE);
    const prices = await readPriceFacts(db);
    const { total, copies } = totalsOf(usage);
    const checks = copyChecks(usage, holders);
    const results = {
      tables: [checksTable(checks), usageTable(usage), holdersTable(holders)],
      documents: [checksDocument(checks)],
      headlines: [...checkHeadlines(checks), ...headlines(total, copies)],
      notes: [...source.flatMap((counts) => notes(counts, copies)), ...(copies.steps > 0 ? priceNotes(prices) : [])],
    };
    return copies.steps > 0 ? { ...results, figures: [copiesFigure(usage, prices)] } : results;
  },
});

function headlines(total: Amounts, copies: Amounts): Headline[] {
  return [
    { label: "Steps that are copies", value: percent(ratio(copies.steps, total.steps), 1) },
    { label: "Cost counted twice", value: money(copies.costUsd) },
  ];
}

function notes({ steps, detailed_steps }: RowOf<typeof SOURCE>, { unpricedSteps }: Amounts): string[] {
  return [
    ...(steps > 0 && detailed_steps === 0
      ? [
          "This pool has no details of its steps. Responses of Claude are identified by message id; copies of other providers are not counted.",
        ]
      : []),
    ...(detailed_steps > 0 && detailed_steps < steps
      ? [`Only ${grouped(detailed_steps)} of ${grouped(steps)} steps have details; the others count as distinct responses.`]
      : []),
    ...(unpricedSteps > 0 ? [`Copies without a price, which cost nothing here: ${grouped(unpricedSteps)}.`] : []),
  ];
}
