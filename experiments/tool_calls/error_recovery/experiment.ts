import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import { priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { costFigure } from "./cost-chart.ts";
import { curvesFigure } from "./curves-chart.ts";
import { everything, FLAGS, type Part, type Recovery, readRecovery } from "./episodes.ts";
import { movesFigure } from "./moves-chart.ts";
import { tablesOf } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Error recovery",
  question: "What happens after a tool call fails: what comes next, how long until it works again, and what does the repair cost?",
  empty: "No tool call in this pool failed inside a request, and no search was empty.",
  unfinishedOutput: "counted as logged",
  flags: FLAGS,
  async run({ db, options }) {
    const recovery = await readRecovery(db, options.horizonSteps);
    const prices = await readPriceFacts(db);
    const curves = curvesFigure(recovery, options);
    const figures = [curves, movesFigure(recovery, options.minEpisodes), costFigure(recovery, options.minEpisodes, prices.sentence)].filter(
      (figure) => figure !== null,
    );
    return {
      tables: tablesOf(recovery),
      ...(figures.length > 0 && { figures }),
      headlines: headlines(recovery),
      notes: [...notes(recovery, curves !== null), ...priceNotes(prices)],
    };
  },
});

function headlines(recovery: Recovery): Headline[] {
  const { episodes, failures, calls, by, repair } = everything(recovery);
  if (episodes === 0) return [];
  return [
    { label: "Calls that failed", value: percent(ratio(failures, calls), 1) },
    { label: "Worked again in the same request", value: percent(by.recovered / episodes) },
    { label: "Cost of the repair", value: `${money(repair.nano / 1e9)} (${percent(ratio(repair.nano, recovery.bill.nano), 1)})` },
  ];
}

function notes(recovery: Recovery, hasCurves: boolean): string[] {
  const { episodes, failures, calls, unknown, unknownLater } = everything(recovery);
  const of = (part: Part) => recovery.scopes.find((group) => group.provider === ALL && group.part === part);
  const [denied, polls, searches] = [of("denied"), of("poll"), of("empty search")];
  return [
    `${counted(failures, "call")} of ${grouped(calls)} in requests failed, in ${counted(episodes, "episode")}. The status of ${grouped(unknown)} is not known.`,
    ...(unknownLater > 0 ? [`${counted(unknownLater, "episode")} without a recovery went on to call the tool, with unknown status.`] : []),
    ...(denied ? [`${counted(denied.episodes, "episode")} look like a person who declined, not like an error.`] : []),
    ...(polls
      ? [`${counted(polls.episodes, "episode")} are of tools that wait for what already runs; they last as long as that does.`]
      : []),
    ...(searches
      ? [
          `${grouped(searches.failures)} searches found nothing, as the length of the result shows (Grep: 16 or 14 characters, Glob: 14). They are not errors and are counted apart.`,
        ]
      : []),
    ...(episodes > 0 && !hasCurves ? [`${counted(episodes, "episode")} are too few for recovery curves.`] : []),
  ];
}
