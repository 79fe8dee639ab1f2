/** Both figures: a grid of histograms, scopes as rows, triggers as columns. */

import { shareAxis } from "../../../lib/chart/axes.ts";
import { grid } from "../../../lib/chart/grid.ts";
import { groupsToShow } from "../../../lib/chart/groups-to-show.ts";
import { COLORS, kindColor } from "../../../lib/chart/palette.ts";
import { type Channel, labelLookup, type Panel, type Position, quantitative } from "../../../lib/chart/spec.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { formatG, grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { ratio, shareOf } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { scopeTitle } from "../../../lib/trace/scopes.ts";
import { TRIGGERS, triggerTitle } from "../../../lib/trace/triggers.ts";
import { FINE_BINS } from "./bins.ts";
import type { HitRatios, InputTokens, Mass, Measures } from "./measure.ts";

const WIDTH = 360;
const HEIGHT = 170;
const SPACING = 26;
const TITLE_CHARACTERS = 150;
/** Bars from this share on have a label in percent; with the percent sign, neighbors would touch. */
const LABEL_FROM = 0.1;
/** Not the colors of providers: these show how much was found. */
const LEVELS = [
  { level: "miss", title: "at most 40 % found in the cache", color: kindColor("append") },
  { level: "partial", title: "40 to 80 %", color: COLORS.light.neutral },
  { level: "hit", title: "more than 80 %", color: kindColor("prefix") },
] as const;
const UPPER_EDGES = FINE_BINS.map(({ upTo }) => `${formatG(100 * Math.min(upTo, 1))}%`);

/** What the bars of a figure measure. */
interface Weight {
  readonly of: (mass: Mass) => number;
  readonly axis: string;
}
const BY_STEPS: Weight = { of: ({ steps }) => steps, axis: "Share of steps" };
const BY_APPEND: Weight = { of: ({ appendTokens }) => appendTokens, axis: "Share of append" };

const READING = `A grid of histograms: scopes as rows, triggers as columns, one bar per bin, labeled by its upper edge. Magenta: at most 40 % found in the cache,
gray: 40 to 80 %, dark green: more. Bars of 10 % and more show their height in percent; the number of steps is in parentheses.`;

/** At least one step must have a ratio. */
export function stepsFigure({ ratios, tokens }: Measures): Figure {
  const shares = TRIGGERS.flatMap((trigger) => {
    const share = shareAt("hit", groupOf(ratios, trigger), BY_STEPS);
    return share === null ? [] : [{ ...TRIGGER_WORDS[trigger], share }];
  });
  const named = shares.filter(({ title }) => title !== TRIGGER_WORDS.all.title);
  const facts =
    `Of ${shares.map(({ words, share }) => `${words} ${percent(share, 1)}`).join(", of ")} find more than 80 % of their input in the cache. ` +
    `By token, ${ratesOf(tokens)}.`;
  return {
    name: "cache_hit_ratio_histogram",
    title: "Steps by hit ratio",
    spec: histograms(
      ratios,
      BY_STEPS,
      figureTitle(
        `${(named.length > 0 ? named : shares).map(({ title, share }) => `${percent(share)} of ${title}`).join(" and ")} steps hit the cache`,
        "Steps by the share of their input that was read from the cache; a hit is more than 80 %. The bins are narrow near 100 %.",
        TITLE_CHARACTERS,
      ),
    ),
    caption: `Distribution of steps over hit ratios: each bar is a share of the steps of its panel. ${facts}`,
    reading: `${READING}

Each step counts equally. A tall bar at the far right means that most steps append only a little new input. Compare the columns: the magenta tail
belongs to steps that a user begins, after whose pauses the cache may be gone.`,
    alt: `Grid of histograms over hit ratios, scopes as rows and triggers as columns, steps weighted equally. ${facts}`,
  };
}

/** At least one step must append tokens. */
export function appendFigure({ ratios }: Measures): Figure {
  const all = groupOf(ratios, "all");
  const missed = shareAt("miss", all, BY_APPEND);
  const missedByUser = shareAt("miss", groupOf(ratios, "user"), BY_APPEND);
  const facts = `Steps that find at most 40 % of their input are ${percent(shareAt("miss", all, BY_STEPS), 1)} of the steps and append ${percent(missed, 1)} of the tokens${missedByUser === null ? "" : `; among steps that a user begins they append ${percent(missedByUser, 1)}`}.`;
  return {
    name: "cache_hit_ratio_append_weighted_histogram",
    title: "Append tokens by hit ratio",
    spec: histograms(
      ratios,
      BY_APPEND,
      figureTitle(
        `The ${percent(shareAt("miss", all, BY_STEPS), 1)} of steps that mostly miss append ${percent(missed)} of the new input`,
        "The same steps, each weighted by the tokens that it appends, which is the cost of a miss.",
        TITLE_CHARACTERS,
      ),
    ),
    caption: `The same histograms by append tokens: each bar is a share of the append tokens of its panel. ${facts}`,
    reading: `${READING}

Each step counts by its append tokens. A distribution farther left than that of the steps means that few steps cause most of the uncached
input.`,
    alt: `Grid of histograms over hit ratios, scopes as rows and triggers as columns, weighted by append tokens. ${facts}`,
  };
}

const TRIGGER_WORDS = {
  all: { title: "all", words: "all steps" },
  user: { title: "user-initiated", words: "those that a user begins" },
  tool_result: { title: "tool-triggered", words: "those that a tool result begins" },
} as const;

function ratesOf(tokens: readonly InputTokens[]): string {
  const rates = tokens.filter(({ trigger, hitRate }) => trigger === "all" && hitRate !== null);
  return rates.map(({ scope, hitRate }) => `${scopeTitle(scope)} reads ${percent(hitRate ?? 0, 1)} of the input from the cache`).join(", ");
}

function groupOf(groups: readonly HitRatios[], trigger: HitRatios["trigger"]): HitRatios {
  return known(groups.find((group) => group.scope === "merged" && group.trigger === trigger));
}

/** Null of nothing. */
function shareAt(level: "miss" | "hit", group: HitRatios, { of }: Weight): number | null {
  const masses = group.fine.filter((_, i) => FINE_BINS[i]?.level === level);
  return ratio(sumOf(masses, of), of(group));
}

function histograms(groups: readonly HitRatios[], weight: Weight, title: ReturnType<typeof figureTitle>) {
  const drawn = groupsToShow(groups, weight.of);
  const highest = Math.max(...drawn.flatMap((group) => group.fine.map((mass) => shareOf(weight.of(mass), weight.of(group)))));
  const top = Math.min(1.1, 0.1 * Math.ceil(10 * highest + 0.7));
  const lastScope = drawn.at(-1)?.scope;
  const panels = drawn.map((group) => panel(group, weight, { top, labeled: group.scope === lastScope }));
  return grid(panels, { columns: TRIGGERS.length, spacing: SPACING, sharedColor: true, title });
}

/** Few, because the panels are low. */
function ticksUpTo(top: number): number[] {
  const percents = top <= 0.5 ? [0, 10, 20, 30, 40, 50] : [0, 20, 40, 60, 80, 100];
  return percents.map((tick) => tick / 100).filter((tick) => tick <= top);
}

function panel(group: HitRatios, weight: Weight, { top, labeled }: { readonly top: number; readonly labeled: boolean }): Panel {
  const bars = FINE_BINS.map(({ level }, bin) => {
    const height = shareOf(weight.of(at(group.fine, bin)), weight.of(group));
    return { bin, level, height, label: toFixedHalfEven(100 * height, 0) };
  });
  const bins = bars.map(({ bin }) => bin);
  const x: Position = {
    field: "bin",
    type: "ordinal",
    title: labeled ? "Hit ratio up to" : null,
    axis: {
      grid: false,
      ticks: false,
      labels: labeled,
      labelAngle: -55,
      labelFontSize: FONT_SIZE.small + 1,
      labelOverlap: false,
      labelExpr: labelLookup(bins, UPPER_EDGES),
    },
  };
  const first = group.trigger === TRIGGERS[0];
  const y = quantitative("height", shareAxis({ title: first ? weight.axis : null, domain: [0, top], ticks: ticksUpTo(top) }));
  const scope = group.scope === "merged" ? "All providers" : scopeTitle(group.scope);
  const text = `${scope}, ${triggerTitle(group.trigger).toLowerCase()} (${grouped(group.steps)})`;
  const titles = LEVELS.map(({ title }) => title);
  const levels = LEVELS.map(({ level }) => level);
  const color: Channel<"color"> = {
    field: "level",
    type: "nominal",
    title: null,
    scale: { domain: levels, range: LEVELS.map((entry) => entry.color) },
    legend: {
      orient: "top",
      direction: "horizontal",
      symbolType: "square",
      symbolStrokeWidth: 0,
      labelExpr: labelLookup(levels, titles),
    },
  };
  return {
    width: WIDTH,
    height: HEIGHT,
    title: { text, fontSize: FONT_SIZE.panelTitle, offset: 8, frame: "group" },
    layer: [
      { data: { values: bars }, mark: { type: "bar", width: { band: 0.84 } }, encoding: { x, y, color } },
      {
        data: { values: bars.filter(({ height }) => height >= LABEL_FROM) },
        mark: { type: "text", baseline: "bottom", dy: -2, fontSize: FONT_SIZE.small + 1, color: COLORS.light.text },
        encoding: { x, y, text: { field: "label", type: "nominal" } },
      },
    ],
  };
}
