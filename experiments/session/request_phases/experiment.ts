import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { anatomyFigure, wasteFigure } from "./charts.ts";
import { labelRequestsFigure, labelRequestsTable, readLabelRequests } from "./labels.ts";
import { FLAGS, type Requests, readRequests } from "./measure.ts";
import { ribbonFigure } from "./ribbon-chart.ts";
import { scatterFigure } from "./scatter-chart.ts";
import { tablesOf } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Phases of requests",
  question: "What is a request made of, how much of it repairs what failed, and what do time and money go into?",
  empty: "No session of this pool has a request.",
  unfinishedOutput: "counted as logged",
  flags: FLAGS,
  async run({ db, options }) {
    const requests = await readRequests(db, options.session);
    const prices = await readPriceFacts(db);
    const labeled = await readLabelRequests(db);
    const figures = [
      anatomyFigure(requests, prices.sentence),
      wasteFigure(requests, prices.sentence),
      scatterFigure(requests, prices.sentence),
      ribbonFigure(requests),
      labelRequestsFigure(labeled, prices.sentence),
    ].filter((figure) => figure !== null);
    return {
      tables: [...tablesOf(requests, options.minRequests), ...(labeled.length > 0 ? [labelRequestsTable(labeled)] : [])],
      ...(figures.length > 0 && { figures }),
      headlines: headlines(requests),
      notes: [...notes(requests), ...priceNotes(prices)],
    };
  },
});

function headlines({ groups: [all] }: Requests): Headline[] {
  if (!all) return [];
  return [
    { label: "Requests in which a call failed", value: `${grouped(all.with_error)} of ${grouped(all.requests)}` },
    { label: "Cost of the repair", value: `${money(all.repair_nano / 1e9)} (${percent(ratio(all.repair_nano, all.nano), 1)})` },
    {
      label: "Edited without a rework loop",
      value: `${grouped(all.one_shot)} of ${counted(all.edit_requests, "request")} with edits`,
    },
  ];
}

function notes({ groups: [all], outside }: Requests): string[] {
  if (!all) return [];
  return [
    `${counted(all.requests, "request")}: ${grouped(all.unpublished)} of them open with a step that holds nothing but a user message, and the published rule does not see these.`,
    ...(outside.outside_steps > 0
      ? [
          `${counted(outside.outside_steps, "step")} of ${grouped(outside.steps)} come before the first request of their session and belong to none: ${money(outside.outside_nano / 1e9)}.`,
        ]
      : []),
    ...(all.unknown > 0
      ? [
          `The status of ${counted(all.unknown, "call")} of ${grouped(all.calls)} is not known; they count as neither failed nor successful.`,
        ]
      : []),
  ];
}
