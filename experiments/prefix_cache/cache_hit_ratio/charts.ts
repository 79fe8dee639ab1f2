/** Both figures: histograms by what begins the steps, providers next to each other. */

import { shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { enoughFor } from "../../../lib/chart/minimum.ts";
import { type Channel, labelLookup, type Panel, type Position, quantitative } from "../../../lib/chart/spec.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { INTERVALS_SENTENCE, intervalText } from "../../../lib/format/intervals.ts";
import { formatG, grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { ratio, shareOf } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { scopeColor, scopeTitle } from "../../../lib/trace/scopes.ts";
import { TRIGGERS, type Trigger, type TriggerIntervals, triggerTitle } from "../../../lib/trace/triggers.ts";
import { FINE_BINS } from "./bins.ts";
import type { HitIntervals, HitRatios, InputTokens, Mass, Measures } from "./measure.ts";

const WIDTH = 860;
const HEIGHT = 150;
const SPACING = 18;
/** Bars from this share on have a label in percent. */
const LABEL_FROM = 0.03;
/** `0`, `0-1%`, `98-99%`. */
const BIN_LABELS = FINE_BINS.map(({ upTo }, i) => {
  const from = FINE_BINS[i - 1]?.upTo;
  return from === undefined ? "0" : `${formatG(100 * from)}-${formatG(100 * Math.min(upTo, 1))}%`;
});

/** What the bars of a figure measure. */
interface Weight {
  readonly of: (mass: Mass) => number;
  readonly axis: string;
}
const BY_STEPS: Weight = { of: ({ steps }) => steps, axis: "Share of steps" };
const BY_APPEND: Weight = { of: ({ appendTokens }) => appendTokens, axis: "Share of append" };

const READING = `A histogram for each kind of trigger, with a bar of each provider for each range of hit ratios, in percent of that provider's steps in the panel. The
ranges are narrow near 100 %, where most steps are. A hit finds more than 80 % of its input in the cache, a miss at most 40 %.`;

/** Figures of the providers with enough steps, and what is left out. Without Claude and Codex, all steps are one group. */
export function hitRatioFigures(measures: Measures, { hits, missedAppend }: HitIntervals) {
  const providers = measures.ratios.filter(({ scope, trigger, steps }) => scope !== "merged" && trigger === "all" && steps > 0);
  const all = measures.ratios.filter(({ scope, trigger }) => scope === "merged" && trigger === "all");
  const sized = (providers.length > 0 ? providers : all).map((group) => ({ ...group, name: scopeTitle(group.scope), n: group.steps }));
  const { drawn, sentence } = enoughFor("histogram", sized, "step");
  if (drawn.length === 0) return { figures: [], sentence };
  const groups = measures.ratios.filter(({ scope }) => drawn.some((group) => group.scope === scope));
  const appends = groups.some(({ appendTokens }) => appendTokens > 0);
  return {
    figures: [stepsFigure(groups, hits, measures.tokens, sentence), ...(appends ? [appendFigure(groups, missedAppend, sentence)] : [])],
    sentence,
  };
}

function stepsFigure(groups: readonly HitRatios[], intervalOf: TriggerIntervals, tokens: readonly InputTokens[], sentence: string): Figure {
  const hits = (trigger: Trigger) =>
    listed(
      groups,
      trigger,
      (group) =>
        `${percent(shareAt("hit", group, BY_STEPS), 1)}${intervalText(intervalOf(group), percent)} of ${grouped(group.steps)} steps`,
    );
  const facts = `Hits: ${TRIGGERS.map((trigger) => `${triggerTitle(trigger).toLowerCase()} ${hits(trigger)}`).join("; ")}. By token, ${ratesOf(tokens)}.`;
  return {
    name: "cache_hit_ratio_histogram",
    title: `Hits after messages and after tools: ${scopesOf(groups)
      .map((scope) => `${scopeTitle(scope)} ${hitsByTrigger(groups.filter((group) => group.scope === scope))}`)
      .join("; ")}`,
    subtitle: [
      "Steps by the share of their input that was read from the cache; a hit finds more than 80%.",
      ...(sentence ? [sentence] : []),
    ].join(" "),
    spec: histograms(groups, BY_STEPS, (trigger) => `${triggerTitle(trigger)}, hits: ${hits(trigger)}`),
    caption: `Distribution of steps over hit ratios: bars of a provider in a panel add up to all its steps there. ${facts} ${INTERVALS_SENTENCE}`,
    reading: `${READING}

Each step counts equally. A tall bar at the far right means that most steps append only a little new input. Compare the panels: the tail on the left
belongs to steps that a user begins, after whose pauses the cache may be gone.`,
    alt: `Histograms over hit ratios, a panel for each kind of trigger and a bar per provider, steps weighted equally. ${facts}`,
  };
}

function appendFigure(groups: readonly HitRatios[], intervalOf: TriggerIntervals, sentence: string): Figure {
  const misses = (trigger: Trigger) =>
    listed(
      groups,
      trigger,
      (group) =>
        `${percent(shareAt("miss", group, BY_STEPS), 1)} of the steps, ${percent(shareAt("miss", group, BY_APPEND), 1)} of the append`,
    );
  const appended = (trigger: Trigger) => listed(groups, trigger, (group) => percent(shareAt("miss", group, BY_APPEND), 1));
  const withInterval = (trigger: Trigger) =>
    listed(groups, trigger, (group) => `${percent(shareAt("miss", group, BY_APPEND), 1)}${intervalText(intervalOf(group), percent)}`);
  const facts = `Misses: ${TRIGGERS.map((trigger) => `${triggerTitle(trigger).toLowerCase()} ${misses(trigger)}`).join("; ")}.`;
  return {
    name: "cache_hit_ratio_append_weighted_histogram",
    title: `Share of the new input that misses append: ${appended("all")}`,
    subtitle: [
      "The same steps, each weighted by the tokens that it appends. A miss finds at most 40% of its input.",
      ...(sentence ? [sentence] : []),
    ].join(" "),
    spec: histograms(groups, BY_APPEND, (trigger) => `${triggerTitle(trigger)}, append of misses: ${withInterval(trigger)}`),
    caption: `The same histograms by append tokens: bars of a provider in a panel add up to all its append tokens there. ${facts} ${INTERVALS_SENTENCE}`,
    reading: `${READING}

Each step counts by its append tokens. A distribution farther left than that of the steps means that few steps cause most of the uncached
input.`,
    alt: `Histograms over hit ratios, a panel for each kind of trigger and a bar per provider, weighted by append tokens. ${facts}`,
  };
}

/** `Claude 99.0% of 9,000 steps; Codex …`, of the groups that have steps. */
function listed(groups: readonly HitRatios[], trigger: Trigger, text: (group: HitRatios) => string): string {
  const own = groups.filter((group) => group.trigger === trigger && group.steps > 0);
  return own.map((group) => `${scopeTitle(group.scope)} ${text(group)}`).join("; ");
}

/** Of one scope: `82.0%, 99.1%`, a dash for none. */
function hitsByTrigger(groups: readonly HitRatios[]): string {
  const own = groups.filter(({ trigger }) => trigger !== "all");
  return own.map((group) => percent(shareAt("hit", group, BY_STEPS), 1)).join(", ");
}

function ratesOf(tokens: readonly InputTokens[]): string {
  const rates = tokens.filter(({ scope, trigger, hitRate }) => scope !== "merged" && trigger === "all" && hitRate !== null);
  return rates.map(({ scope, hitRate }) => `${scopeTitle(scope)} reads ${percent(hitRate ?? 0, 1)} of the input from the cache`).join(", ");
}

function scopesOf(groups: readonly HitRatios[]): HitRatios["scope"][] {
  return [...new Set(groups.map(({ scope }) => scope))];
}

/** Null of nothing. */
function shareAt(level: "miss" | "hit", group: HitRatios, { of }: Weight): number | null {
  const masses = group.fine.filter((_, i) => FINE_BINS[i]?.level === level);
  return ratio(sumOf(masses, of), of(group));
}

function histograms(groups: readonly HitRatios[], weight: Weight, heading: (trigger: Trigger) => string) {
  const triggers = TRIGGERS.filter((trigger) => groups.some((group) => group.trigger === trigger && weight.of(group) > 0));
  const panels = triggers.map((trigger, i) => {
    const own = groups.filter((group) => group.trigger === trigger);
    return withHeading(panel(own, weight, i === triggers.length - 1), heading(trigger), { over: "plot" });
  });
  return grid(panels, { spacing: SPACING, sharedColor: true });
}

/** Few, because the panels are low. */
function ticksUpTo(top: number): number[] {
  const percents = top <= 0.5 ? [0, 10, 20, 30, 40, 50] : [0, 20, 40, 60, 80, 100];
  return percents.map((tick) => tick / 100).filter((tick) => tick <= top);
}

function panel(groups: readonly HitRatios[], weight: Weight, isLast: boolean): Panel {
  const scopes = scopesOf(groups);
  const bars = groups.flatMap((group) =>
    group.fine.map((mass, bin) => {
      const height = shareOf(weight.of(mass), weight.of(group));
      return { scope: group.scope, bin, height, label: toFixedHalfEven(100 * height, 0) };
    }),
  );
  const top = Math.min(1.1, 0.1 * Math.ceil(10 * Math.max(...bars.map(({ height }) => height)) + 0.7));
  const bins = FINE_BINS.map((_, bin) => bin);
  const x: Position = {
    field: "bin",
    type: "ordinal",
    title: isLast ? "Hit ratio (hits: more than 80%, misses: at most 40%)" : null,
    axis: { grid: false, ticks: false, labels: isLast, labelAngle: -35, labelOverlap: false, labelExpr: labelLookup(bins, BIN_LABELS) },
  };
  const y = quantitative("height", shareAxis({ title: weight.axis, domain: [0, top], ticks: ticksUpTo(top) }));
  const color: Channel<"color"> = {
    field: "scope",
    type: "nominal",
    title: null,
    scale: { domain: scopes, range: scopes.map(scopeColor) },
    legend: {
      orient: "top",
      direction: "horizontal",
      symbolType: "square",
      symbolStrokeWidth: 0,
      labelExpr: labelLookup(scopes, scopes.map(scopeTitle)),
    },
  };
  const xOffset: Channel<"xOffset"> = { field: "scope", type: "nominal", scale: { domain: scopes } };
  return {
    width: WIDTH,
    height: HEIGHT,
    layer: [
      { data: { values: bars }, mark: { type: "bar", width: { band: 0.9 } }, encoding: { x, xOffset, y, color } },
      {
        data: { values: bars.filter(({ height }) => height >= LABEL_FROM) },
        mark: { type: "text", baseline: "bottom", dy: -2, fontSize: FONT_SIZE.small },
        encoding: { x, xOffset, y, text: { field: "label", type: "nominal" }, color },
      },
    ],
  };
}
