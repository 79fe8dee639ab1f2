import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { checkHeadlines, checksDocument, checksTable } from "../../../lib/trace/checks.ts";
import { copiesFigure } from "./charts.ts";
import { ALL_RELATIONS, type Amounts, addUp, copyChecks, type HolderRow, shareOf, type Usage, type UsageRow, usageOf } from "./copies.ts";
import { holdersTable, usageTable } from "./tables.ts";

interface Source {
  readonly steps: number;
  readonly detailed_steps: number;
  readonly transcripts: number;
}

export default defineExperiment(import.meta.url, {
  title: "Responses held by several transcripts",
  question: "How many steps repeat a response that the pool holds already, and what tokens and cost are counted twice?",
  async run({ db }) {
    const usage = usageOf(await db.rows<UsageRow>("query.sql"));
    const holders = await db.rows<HolderRow>("holders.sql");
    const [source] = await db.rows<Source>("source.sql");
    const copies = copiesOf(usage);
    const checks = copyChecks(usage, holders);
    return {
      tables: [checksTable(checks), usageTable(usage), holdersTable(holders)],
      documents: [checksDocument(checks)],
      figures: copies.steps > 0 ? [copiesFigure(usage)] : [],
      headlines: [...checkHeadlines(checks), ...headlines(usage)],
      notes: notes(source as Source, copies),
    };
  },
});

function copiesOf(usage: readonly Usage[]): Amounts {
  return addUp(usage.filter(({ relation }) => relation === ALL_RELATIONS).map(({ copies }) => copies));
}

function headlines(usage: readonly Usage[]): Headline[] {
  const copies = copiesOf(usage);
  const total = addUp(usage.filter(({ relation }) => relation === ALL_RELATIONS).map((one) => one.total));
  return [
    { label: "steps that are copies", value: percent(shareOf(copies.steps, total.steps), 1) },
    { label: "cost counted twice", value: money(copies.costUsd) },
  ];
}

function notes({ steps, detailed_steps }: Source, copies: Amounts): string[] {
  if (steps === 0) return ["There is nothing to show: this pool has no steps."];
  return [
    ...(detailed_steps === 0
      ? [
          "This pool has no details of its steps: responses of Claude are told by their message ids, and those of others cannot be told, so their copies are not counted.",
        ]
      : []),
    ...(detailed_steps > 0 && detailed_steps < steps
      ? [`Of ${grouped(steps)} steps, ${grouped(detailed_steps)} have details; the others count as holding responses of their own.`]
      : []),
    ...(copies.unpricedSteps > 0
      ? [`Copies of unknown cost, since their models have no list price: ${grouped(copies.unpricedSteps)}.`]
      : []),
    ...(copies.steps === 0 ? ["There is nothing to draw: no response is known to be held twice."] : []),
  ];
}
