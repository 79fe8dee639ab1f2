/** The figure: the share of steps, tokens and cost that copies repeat, by relation of the transcript. */

import { shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import { rankAxis } from "../../../lib/chart/ranked-bars.ts";
import { type Panel, quantitative } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { COLORS, FONT_SIZE, seriesColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact } from "../../../lib/format/counts.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { ratio, shareOf } from "../../../lib/stats/ratio.ts";
import type { PriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { ALL_RELATIONS, type Amounts, relationOrder, type Usage } from "./copies.ts";

const AND = new Intl.ListFormat("en-US");
const WIDTH = 620;
/** Factor for space right of the longest bar. */
const HEADROOM = 1.05;

const MEASURES: readonly { readonly name: string; readonly of: (amounts: Amounts) => number; readonly text: (value: number) => string }[] =
  [
    { name: "Steps", of: ({ steps }) => steps, text: (steps) => grouped(steps) },
    { name: "Prefix tokens", of: ({ prefix }) => prefix, text: countCompact },
    { name: "Append tokens", of: ({ append }) => append, text: countCompact },
    { name: "Output tokens", of: ({ output }) => output, text: countCompact },
    { name: "Cost", of: ({ costUsd }) => costUsd, text: money },
  ];

const COLOR_OF: Readonly<Record<string, string>> = {
  main: seriesColor(5),
  resume: seriesColor(0),
  fork: seriesColor(3),
  "sub-agent": seriesColor(2),
  unknown: COLORS.light.neutral,
};
const TITLE_OF: Readonly<Record<string, string>> = {
  main: "Main session",
  resume: "Resumed session",
  fork: "Fork",
  "sub-agent": "Sub-agent",
  unknown: "Transcript of unknown origin",
};

const READING = `For each provider with copies, the share of its steps, tokens and cost that copies repeat, stacked by relation of the transcript. If the
share of cost is above that of steps, the copies carry long contexts.`;

/** At least one step must be a copy. */
export function copiesFigure(usage: readonly Usage[], { sentence }: PriceFacts): Figure {
  const shown = usage.filter(({ relation, copies }) => relation === ALL_RELATIONS && copies.steps > 0);
  const relations = relationOrder(
    usage.filter(({ relation, copies }) => relation !== ALL_RELATIONS && copies.steps > 0).map(({ relation }) => relation),
  );
  const largest = Math.max(...shown.flatMap(({ total, copies }) => MEASURES.map(({ of }) => shareOf(of(copies), of(total)))));
  const facts = shown.map(factOf).join(" ");
  const shares = shown.map(
    ({ provider, total, copies }) => `${percent(shareOf(copies.steps, total.steps), 1)} (${providerLabel(provider)})`,
  );
  return {
    name: "response_copies",
    title: `${AND.format(shares)} of the steps repeat an earlier response`,
    subtitle: `Share of each amount that belongs to such copies, by the transcript that repeats it.`,
    coverage: sentence,
    spec: grid(
      shown.map((all, i) =>
        withHeading(
          providerPanel(
            all,
            usage.filter(({ provider }) => provider === all.provider),
            relations,
            largest,
            i === 0,
          ),
          `${providerLabel(all.provider)}: ${grouped(all.copies.steps)} of ${grouped(all.total.steps)} steps are copies`,
          { over: "plot" },
        ),
      ),
    ),
    caption: `Each bar is a share of the provider's total. ${facts}`,
    reading: READING,
    alt: `Stacked horizontal bars per provider: the share of steps, tokens and cost that copies repeat, split by relation of the transcript. ${facts}`,
  };
}

function factOf({ provider, total, copies }: Usage): string {
  return (
    `${providerLabel(provider)}: ${percent(ratio(copies.steps, total.steps), 1)} of the steps, ` +
    `${percent(ratio(copies.output, total.output), 1)} of the output tokens and ${percent(ratio(copies.costUsd, total.costUsd), 1)} of the cost are copies.`
  );
}

function providerPanel(all: Usage, own: readonly Usage[], relations: readonly string[], largest: number, legend: boolean): Panel {
  const parts = relations.map((relation) => ({ name: partName(relation), color: COLOR_OF[relation] ?? seriesColor(6) }));
  const bars = MEASURES.map(({ name, of }) => ({
    name,
    values: Object.fromEntries(
      own
        .filter(({ relation }) => relation !== ALL_RELATIONS)
        .map(({ relation, copies }) => [partName(relation), shareOf(of(copies), of(all.total))]),
    ),
  }));
  const x = shareAxis({ title: "Share that copies repeat", domain: [0, largest * HEADROOM] });
  const ends = MEASURES.map(({ of, text }, rank) => {
    const [part, whole] = [of(all.copies), of(all.total)];
    return { rank, share: shareOf(part, whole), text: `${percent(ratio(part, whole), 1)}: ${text(part)} of ${text(whole)}` };
  });
  const panel = splitBars({ bars, parts, x, label: () => "", legend, width: WIDTH });
  return {
    ...panel,
    layer: [
      ...panel.layer,
      {
        data: { values: ends },
        mark: { type: "text", align: "left", baseline: "middle", dx: 8, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
        encoding: {
          y: { field: "rank", ...rankAxis(MEASURES.map(({ name }) => name)) },
          x: quantitative("share", x),
          text: { field: "text", type: "nominal" },
        },
      },
    ],
  };
}

function partName(relation: string): string {
  return TITLE_OF[relation] ?? shortLabel(relation);
}
