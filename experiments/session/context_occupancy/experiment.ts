import { providerTitle } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { FEWEST_RESETS } from "./ceilings.ts";
import { byStepFigure, resetsFigure } from "./charts.ts";
import { FLAGS, type Occupancy, type Options, readOccupancy } from "./occupancy.ts";
import { paybackFigure, sessionFigure } from "./session-charts.ts";
import { tablesOf } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "How full the window is",
  question: "How full is the model's window, where do clients reset it, and how many steps are left until then?",
  empty: "No step in this pool has a session and a model whose window is known.",
  flags: FLAGS,
  async run({ db, options }) {
    const found = await readOccupancy(db, options);
    const prices = await readPriceFacts(db);
    const coverage = coverageOf(found);
    const figures = [
      byStepFigure(found, options, coverage),
      resetsFigure(found, coverage),
      sessionFigure(found),
      paybackFigure(found, prices.sentence),
    ].filter((figure) => figure !== null);
    return {
      tables: tablesOf(found, options),
      ...(figures.length > 0 && { figures }),
      headlines: headlines(found, options),
      notes: [coverage, ...priceNotes(prices), ...notes(found)],
    };
  },
});

/** Steps by where their window is known from. */
function coverageOf({ models }: Occupancy): string {
  const steps = (basis: Occupancy["models"][number]["basis"]) =>
    sumOf(
      models.filter((model) => model.basis === basis),
      (model) => model.steps,
    );
  const all = sumOf(models, (model) => model.steps);
  const parts = [
    { text: "logged for", count: steps("logged") },
    { text: "listed for the model of", count: steps("listed") },
    { text: "given for", count: steps("given") },
    { text: "unknown for", count: steps(null) },
  ].filter(({ count }) => count > 0);
  return `Window: of ${counted(all, "step")}, ${parts.map(({ text, count }) => `${text} ${grouped(count)}`).join(", ")}.`;
}

function headlines({ ceilings, peaks }: Occupancy, { warn }: Options): Headline[] {
  const sessions = sumOf(peaks, ({ peak }) => peak.n);
  const full = sumOf(peaks, ({ nearlyFull }) => nearlyFull);
  return [
    ...ceilings
      .filter(({ assumed }) => !assumed)
      .toSorted((a, b) => b.resets - a.resets)
      .slice(0, 2)
      .map(({ provider, ceilingTokens, ceiling }) => ({
        label: `${providerTitle(provider)}: context before a reset`,
        value: `${countCompact(ceilingTokens)} (${percent(ceiling)})`,
      })),
    ...(sessions > 0 ? [{ label: `Sessions over ${percent(warn)} of the window`, value: percent(ratio(full, sessions)) }] : []),
  ];
}

function notes({ ceilings, models }: Occupancy): string[] {
  const assumed = ceilings.filter((ceiling) => ceiling.assumed);
  const beyond = sumOf(
    models.flatMap(({ bins }) => bins),
    (bin) => bin.beyond,
  );
  return [
    ...(assumed.length > 0
      ? [
          `With fewer than ${FEWEST_RESETS} resets the ceiling is assumed, not measured: ${assumed.map(({ provider, windowTokens }) => `${providerTitle(provider)} with windows of ${grouped(windowTokens)} tokens`).join(", ")}.`,
        ]
      : []),
    ...(beyond > 0
      ? [`More context than the window holds, which then is larger than listed: ${counted(beyond, "step")}. Give the window with --window.`]
      : []),
  ];
}
