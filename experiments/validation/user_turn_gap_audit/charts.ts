/** Figures: how much of the response time is covered, and between which events it is not. */

import { decimalSteps, linearDurationAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { providerColor, providerTitle, seriesColor } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { ACTIVITY_COLORS, ACTIVITY_TITLES, UNEXPLAINED } from "../../../lib/trace/activities.ts";
import type { Pattern, Total } from "./audit.ts";

const OVERLAP = "Counted more than once";
const UNCOVERED = "Uncovered";
const PARTS = [
  { name: OVERLAP, color: UNEXPLAINED.color },
  { name: ACTIVITY_TITLES.generation, color: ACTIVITY_COLORS.generation },
  { name: ACTIVITY_TITLES.tool, color: ACTIVITY_COLORS.tool },
  { name: UNCOVERED, color: seriesColor(1) },
];
/** Space beyond the longest bars, as a factor, and how many ticks there are at most. */
const HEADROOM = 1.02;
const MOST_TICKS = 8;
const DRAWN_PATTERNS = 12;
/** Space right of the longest bar for its label. */
const LABEL_ROOM = 1.22;
const US_PER_S = 1e6;

/** @param totals all first, with at least one request */
export function coverageFigure(totals: readonly Total[]): Figure {
  const drawn = totals.filter(({ requests }) => requests > 0);
  const [all] = drawn as [Total, ...Total[]];
  const least = -Math.max(...drawn.map(({ overlap_us, response_us }) => overlap_us / response_us));
  const most = Math.max(...drawn.map((each) => (each.generation_us + each.tool_wall_us + each.uncovered_us) / each.response_us));
  const domain = [HEADROOM * least, HEADROOM * Math.max(1, most)] as const;
  const share = (us: number) => percent(us / all.response_us, 1);
  const known =
    all.uncovered_us === 0
      ? "Something is known of all the response time"
      : `Nothing is known of ${share(all.uncovered_us)} of the response time`;
  const facts = `${known}; ${share(all.overlap_us)} is counted more than once`;
  return {
    name: "request_coverage",
    title: "What covers the response time",
    spec: figure(
      splitBars({
        bars: drawn.map((each) => ({
          name: `${title(each.provider)} (n=${grouped(each.requests)})`,
          values: {
            [OVERLAP]: -each.overlap_us / each.response_us,
            [ACTIVITY_TITLES.generation]: each.generation_us / each.response_us,
            [ACTIVITY_TITLES.tool]: each.tool_wall_us / each.response_us,
            [UNCOVERED]: each.uncovered_us / each.response_us,
          },
        })),
        parts: PARTS,
        x: shareAxis({ title: "Share of the summed response time", domain, ticks: ticksWithin(domain) }),
        label: (value) => percent(Math.abs(value), 1),
        mark: { x: 1, text: "response time" },
      }),
      figureTitle(
        facts,
        "Generation spans and waits for tools, cut to the request. What lies right of the dashed line is as much as lies left of zero: it ran side by side.",
      ),
    ),
    caption: `One bar for all requests and one per provider. ${facts}. The difference of the two is the residual of the subtraction, ${share(all.residual_wall_us)}.`,
    alt: `Stacked horizontal bars per provider as shares of the response time: generation, tools and uncovered time to the right of zero, what was counted more than once to the left. ${facts}.`,
  };
}

/** @param patterns by summed time, most first; at least one */
export function patternsFigure(patterns: readonly Pattern[]): Figure {
  const drawn = patterns.slice(0, DRAWN_PATTERNS);
  const [first] = drawn as [Pattern, ...Pattern[]];
  const total = patterns.reduce((sum, { gap_us }) => sum + gap_us, 0);
  const providers = drawn.map(({ provider }) => provider);
  const share = percent(first.gap_us / total);
  const facts = `${share} of the time in long gaps lies between ${article(first.before)} and ${article(first.after)} of ${title(first.provider)}`;
  return {
    name: "gap_patterns",
    title: "Where nothing is known",
    spec: figure(
      rankedBars({
        bars: drawn.map(({ provider, before, after, gaps, gap_us }) => ({
          name: `${before} → ${after}`,
          value: gap_us / US_PER_S,
          label: `${durationCompact(gap_us / US_PER_S)} in ${grouped(gaps)} ${gaps === 1 ? "gap" : "gaps"}`,
          color: providerColor(provider, providers),
        })),
        x: linearDurationAxis((LABEL_ROOM * first.gap_us) / US_PER_S, { title: "Summed length of the gaps" }),
      }),
      figureTitle(
        facts,
        `By the events on either side of the gap: ${colorKey([...new Set(providers)])}. The five longest gaps of each request.`,
      ),
    ),
    caption: `The ${drawn.length} most time-consuming kinds of gaps of ${grouped(patterns.length)}, the five longest of each request. ${facts}.`,
    alt: `Horizontal bars of summed time by the events before and after gaps in requests. ${facts}.`,
  };
}

function colorKey(providers: readonly string[]): string {
  const words: Readonly<Record<string, string>> = { claude: "Claude in amber", codex: "Codex in blue" };
  return providers.map((provider) => words[provider] ?? title(provider)).join(", ");
}

function article(kind: string): string {
  return kind === "start" || kind === "end" ? `the ${kind}` : `${/^[aeiou]/.test(kind) ? "an" : "a"} ${shortLabel(kind)}`;
}

function title(provider: string): string {
  return shortLabel(providerTitle(provider), 24);
}

/** Round shares within the domain, zero among them. */
function ticksWithin([low, high]: readonly [number, number]): number[] {
  const step = decimalSteps((high - low) / MOST_TICKS);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
