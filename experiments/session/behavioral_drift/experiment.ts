import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { parseBaseline } from "./baseline.ts";
import { dimensionsFigure, findingOf, moversFigure } from "./charts.ts";
import { byDrifted, type ComparedGroups, type Drift, readDrift, VERDICTS } from "./drift.ts";
import { FLAGS, LEAST_SESSIONS, type Options } from "./groups.ts";
import { overTimeFigure } from "./over-time-chart.ts";
import { summaryOf, tablesOf } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Drift of behavior",
  question:
    "Do agents behave differently between models, versions, periods or your own groups, in which respect, and is it more than chance?",
  empty: `No two groups of sessions in this pool have ${LEAST_SESSIONS} sessions each, so there is nothing to compare.`,
  unfinishedOutput: "left out",
  flags: FLAGS,
  async run({ db, options }) {
    const drift = await readDrift(db, options, options.baseline ? parseBaseline(options.baseline) : null);
    const compared = byDrifted(drift.findings);
    const figures = [dimensionsFigure(drift.findings), moversFigure(drift.findings), overTimeFigure(drift)].filter((each) => each !== null);
    const drifted = compared.filter((each) => each.drifted > 0);
    return {
      tables: tablesOf(drift),
      documents: [summaryOf(drift)],
      ...(figures.length > 0 && { figures }),
      headlines: headlines(compared),
      notes: notes(compared, drift, options),
      ...(options.failOnDrift && drifted.length > 0 && { alarm: `${drifted.map(findingOf).join("; ")} (--fail-on-drift).` }),
    };
  },
});

function headlines(compared: readonly ComparedGroups[]): Headline[] {
  return compared
    .filter(({ findings }) => findings.some(({ drifted }) => drifted !== null))
    .slice(0, 3)
    .map((each) => ({
      label: `Drift, ${each.comparison.name}`,
      value: `${grouped(each.drifted)} of ${counted(each.findings.filter(({ drifted }) => drifted !== null).length, "dimension")}`,
    }));
}

function notes(compared: readonly ComparedGroups[], { findings, design }: Drift, { by, baseline }: Options): string[] {
  const refused = compared.filter(({ findings: own }) => own.every(({ drifted }) => drifted === null));
  const placeholders = findings.filter(({ verdict }) => verdict === "placeholder");
  const strangers = baseline && design.chosen.filter(({ name }) => !findings.some(({ comparison }) => comparison.name.endsWith(name)));
  return [
    ...(refused.length > 0
      ? [
          `${counted(refused.length, "comparison")} ${refused.length === 1 ? "is" : "are"} not judged, because a group has fewer than ${LEAST_SESSIONS} sessions: ${refused.map(({ comparison }) => comparison.name).join("; ")}.`,
        ]
      : []),
    ...(placeholders.length > 0
      ? [
          `Output has no verdict in ${counted(placeholders.length, "comparison")}: ${VERDICTS.placeholder}, so its counts say more about the client than about the agent.`,
        ]
      : []),
    ...(by.startsWith("label:") && design.chosen.length === 0
      ? [`No session has a label with the key ${by.slice("label:".length)}; give them with --labels FILE, see docs/labels.md.`]
      : []),
    ...(strangers && strangers.length > 0 ? [`The baseline has no group called ${strangers.map(({ name }) => name).join(", ")}.`] : []),
  ];
}
