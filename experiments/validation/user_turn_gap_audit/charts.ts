/** Figures: how much of the response time is covered, and between which events it is not. */

import { linearDurationAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { kindColor, providerColor, providerLabel } from "../../../lib/chart/palette.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { ACTIVITY_COLORS, ACTIVITY_TITLES } from "../../../lib/trace/activities.ts";
import type { Pattern, Total } from "./audit.ts";

const UNKNOWN = "Unknown";
const PARTS = [
  { name: ACTIVITY_TITLES.generation, color: ACTIVITY_COLORS.generation },
  { name: ACTIVITY_TITLES.tool, color: ACTIVITY_COLORS.tool },
  { name: UNKNOWN, color: kindColor("unknown") },
];
const DRAWN_PATTERNS = 12;
/** Kinds of gaps with a smaller share of the time have no bar. */
const LEAST_SHARE = 0.001;
const AND = new Intl.ListFormat("en-US");
/** As many providers have a place in the title. */
const MOST_TITLED = 3;
/** Factor for space right of the longest bar, for its label. */
const LABEL_ROOM = 1.3;
const US_PER_S = 1e6;

const COVERAGE_READING = `One bar per provider, from 0 to 100% of the summed response time. Time during which generation and a tool ran is drawn once, as generation; time
of several tools is drawn once too. Gray is time during which neither ran. The row says how much more the spans add up to because they overlap.`;
const PATTERNS_READING = `The types of events around gaps, by the summed length of the gaps. A gap before a \`tool emitted\` is time between the answer and the
start of a tool, such as an approval. A gap before a \`tool result\` is time during which the client held the result back.`;

/** @param providers with at least one request each, at least one provider */
export function coverageFigure(providers: readonly Total[]): Figure {
  const finding = coverageFinding(providers);
  const bars = providers.map((each) => {
    const generation = Math.min(each.generation_us, each.covered_us);
    return {
      name: `${providerLabel(each.provider, 14)}, overlap ${percent(each.overlap_us / each.response_us, 1)}`,
      values: {
        [ACTIVITY_TITLES.generation]: generation / each.response_us,
        [ACTIVITY_TITLES.tool]: (each.covered_us - generation) / each.response_us,
        [UNKNOWN]: each.uncovered_us / each.response_us,
      },
    };
  });
  return {
    name: "request_coverage",
    title: finding,
    subtitle: "Each moment of a request counted once: generation, else tools, else unknown.",
    coverage: requestsOf(providers),
    spec: figure(
      splitBars({ bars, parts: PARTS, x: shareAxis({ title: "Share of the summed response time" }), label: (value) => percent(value, 1) }),
    ),
    caption: `One bar per provider; time of overlapping activities is drawn once. ${finding}.`,
    reading: COVERAGE_READING,
    alt: `Stacked horizontal bars per provider, from 0 to 100% of the response time: generation, tools and unknown time. ${finding}.`,
  };
}

function requestsOf(providers: readonly Total[]) {
  const shown = providers.reduce((sum, { requests }) => sum + requests, 0);
  const dropped = providers.reduce((sum, { dropped_no_end, dropped_nonpositive }) => sum + dropped_no_end + dropped_nonpositive, 0);
  return { shown, of: shown + dropped, what: "requests", rest: "have no end or take no time" };
}

/** `Nothing accounts for 0.1% (Claude) and 48.9% (Codex) of the response time` */
function coverageFinding(providers: readonly Total[]): string {
  if (providers.every(({ uncovered_us }) => uncovered_us === 0)) return "Generation and tools cover the whole response time";
  const shares = providers
    .slice(0, MOST_TITLED)
    .map(({ provider, uncovered_us, response_us }) => `${percent(uncovered_us / response_us, 1)} (${title(provider)})`);
  return `Nothing accounts for ${AND.format(shares)} of the response time`;
}

/** @param patterns by summed time, largest first */
export function patternsFigure(first: Pattern, patterns: readonly Pattern[]): Figure {
  const { gap_us: total, gaps: count } = sumsOf(patterns, ["gap_us", "gaps"]);
  const drawn = patterns.slice(0, DRAWN_PATTERNS).filter(({ gap_us }) => gap_us >= LEAST_SHARE * total);
  const providers = drawn.map(({ provider }) => provider);
  const share = (us: number) => percent(us / total, 1);
  const finding = `${share(first.gap_us)} of the time in gaps is between ${article(first.before)} and ${article(first.after)} of ${title(first.provider)}`;
  const bars = drawn.map(({ provider, before, after, gaps, gap_us }) => ({
    name: `${providerLabel(provider, 10)}: ${words(before)} → ${words(after)}`,
    value: gap_us / US_PER_S,
    label: `${durationCompact(gap_us / US_PER_S)} in ${counted(gaps, "gap")}, ${share(gap_us)}`,
    color: providerColor(provider, providers),
  }));
  const x = linearDurationAxis((LABEL_ROOM * first.gap_us) / US_PER_S, { title: "Summed length of the gaps" });
  return {
    name: "gap_patterns",
    title: finding,
    subtitle: "Time that nothing accounts for, by the events before and after. At most five gaps of each request.",
    coverage: { shown: sumsOf(drawn, ["gaps"]).gaps, of: count, what: "gaps", rest: "are of kinds with little time" },
    spec: figure(rankedBars({ bars, x })),
    caption: `The ${drawn.length} most time-consuming kinds of gaps, of ${grouped(patterns.length)} in all; each request contributes its five longest gaps. ${finding}.`,
    reading: PATTERNS_READING,
    alt: `Horizontal bars of summed time by the events before and after gaps in requests. ${finding}.`,
  };
}

/** `tool_result` as `tool result` */
function words(kind: string): string {
  return kind.replaceAll("_", " ");
}

function article(kind: string): string {
  return kind === "start" || kind === "end" ? `the ${kind}` : `${/^[aeiou]/.test(kind) ? "an" : "a"} ${shortLabel(words(kind))}`;
}

function title(provider: string): string {
  return providerLabel(provider, 24);
}
