/** Figures: how much of the response time is covered, and between which events it is not. */

import { decimalSteps, linearDurationAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { groupsToShow } from "../../../lib/chart/groups-to-show.ts";
import { kindColor, providerColor, providerLabel } from "../../../lib/chart/palette.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
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
  { name: UNCOVERED, color: kindColor("unknown") },
];
/** Factor for space past the longest bars. */
const HEADROOM = 1.02;
const MAX_TICKS = 8;
const DRAWN_PATTERNS = 12;
/** Factor for space right of the longest bar, for its label. */
const LABEL_ROOM = 1.22;
const US_PER_S = 1e6;

const COVERAGE_READING = `One bar for all requests and one per provider. Right of zero are generation, waits for tools and uncovered time. Left of zero is the
part of these that overlaps, so it was counted more than once. The bar extends past 100 % by as much as it extends below 0 %.`;
const PATTERNS_READING = `The types of events around gaps, by the summed length of the gaps. A gap before a \`tool_emitted\` is time between the answer and the
start of a tool, such as an approval. A gap before a \`tool_result\` is time during which the client held the result back.`;

/** @param totals with at least one request */
export function coverageFigure(totals: readonly [all: Total, ...providers: Total[]]): Figure {
  const [all] = totals;
  const drawn = groupsToShow(totals, ({ requests }) => requests);
  const least = -Math.max(...drawn.map(({ overlap_us, response_us }) => overlap_us / response_us));
  const most = Math.max(...drawn.map((each) => (each.generation_us + each.tool_wall_us + each.uncovered_us) / each.response_us));
  const domain = [HEADROOM * least, HEADROOM * Math.max(1, most)] as const;
  const share = (us: number) => percent(us / all.response_us, 1);
  const known =
    all.uncovered_us === 0
      ? "Generation and tools cover the whole response time"
      : `Nothing accounts for ${share(all.uncovered_us)} of the response time`;
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
      facts,
      "Generation spans and waits for tools, cut to the request. The part right of the dashed line is as long as the part left of zero: overlap.",
    ),
    caption: `One bar for all requests and one per provider. ${facts}. The difference between the two is the wall residual, ${share(all.residual_wall_us)}.`,
    reading: COVERAGE_READING,
    alt: `Stacked horizontal bars per provider as shares of the response time: generation, tools and uncovered time to the right of zero, overlap to the left. ${facts}.`,
  };
}

/** @param patterns by summed time, largest first */
export function patternsFigure(first: Pattern, patterns: readonly Pattern[]): Figure {
  const drawn = patterns.slice(0, DRAWN_PATTERNS);
  const total = patterns.reduce((sum, { gap_us }) => sum + gap_us, 0);
  const providers = drawn.map(({ provider }) => provider);
  const share = percent(first.gap_us / total);
  const facts = `${share} of the time in long gaps is between ${article(first.before)} and ${article(first.after)} of ${title(first.provider)}`;
  return {
    name: "gap_patterns",
    title: "Events around the gaps",
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
      facts,
      `By the events on either side of the gap: ${colorKey([...new Set(providers)])}. The five longest gaps of each request.`,
    ),
    caption: `The ${drawn.length} most time-consuming kinds of gaps, of ${grouped(patterns.length)} in all; each request contributes its five longest gaps. ${facts}.`,
    reading: PATTERNS_READING,
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
  return providerLabel(provider, 24);
}

/** Round shares within the domain, zero among them. */
function ticksWithin([low, high]: readonly [number, number]): number[] {
  const step = decimalSteps((high - low) / MAX_TICKS);
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
