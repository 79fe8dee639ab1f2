import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { errorFigure } from "./error-chart.ts";
import { FLAGS, type Flow, type Group, OTHER, readFlow } from "./flow.ts";
import { matrixFigure } from "./matrix-chart.ts";
import { ringFigure } from "./ring-chart.ts";
import { sessionFigure } from "./session-chart.ts";
import { summaryOf, tablesOf } from "./tables.ts";
import { groupTitle, viewOf } from "./view.ts";

export default defineExperiment(import.meta.url, {
  title: "Tool transitions",
  question:
    "Which tool follows which, where do requests begin and end, which loops do agents run in, and how do groups differ in that flow?",
  empty: "No request in this pool has a tool call.",
  flags: FLAGS,
  async run({ db, options }) {
    const flow = await readFlow(db, options);
    const view = viewOf(flow);
    const figures = [matrixFigure(flow, view), ringFigure(flow, view), errorFigure(view), sessionFigure(flow, view)].filter(
      (figure) => figure !== null,
    );
    return {
      tables: tablesOf(flow),
      documents: [summaryOf(flow)],
      ...(figures.length > 0 && { figures }),
      headlines: headlines(flow),
      notes: notes(flow),
    };
  },
});

/** Below, entropy comes out noticeably too low. */
const FEW_DEPARTURES = 500;

function headlines({ groups }: Flow): Headline[] {
  return groups
    .filter(({ by, chain }) => by === "provider" && chain.departures > 0)
    .map((group) => ({
      label: `Uncertainty of the next call, ${groupTitle(group)}`,
      value: `${toFixedHalfEven(group.chain.entropyRate() ?? 0, 2)} bits`,
    }));
}

function notes({ groups, shown, states, level }: Flow): string[] {
  const [all] = groups;
  if (!all || all.chain.requests === 0) return [];
  const visits = (group: Group, state: string) => sumOf(Object.values(group.chain.visitsOf(state)), (n) => n);
  const total = sumOf(states, (state) => visits(all, state));
  const empty = sumOf(states, (state) => all.chain.visitsOf(state).empty);
  const unknown = sumOf(states, (state) => all.chain.visitsOf(state).unknown);
  const few = shown.filter(({ chain }) => chain.departures > 0 && chain.departures < FEW_DEPARTURES);
  return [
    `${counted(all.emptyRequests ?? 0, "request")} without calls are not part of the flow, which has ${grouped(all.chain.requests)}.`,
    `${percent(ratio(visits(all, OTHER), total), 1)} of the calls are \`other\`${level === "tool" ? ", tools with fewer than 20 calls among them" : ""}.`,
    ...(empty > 0 ? [`${counted(empty, "search call")} found nothing, by the length of the reply: neither failed nor worked.`] : []),
    ...(unknown > 0 ? [`The status of ${counted(unknown, "call")} is not known: neither failed nor worked.`] : []),
    ...(few.length > 0
      ? [
          `Entropy of fewer than ${grouped(FEW_DEPARTURES)} departures is too low (${few.map(groupTitle).join(", ")}); the summary has a correction.`,
        ]
      : []),
  ];
}
