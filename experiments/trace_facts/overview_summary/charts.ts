/** Figure: when the steps of the pool happened, and how its totals split over the providers. */

import { countAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import { largestStack, periodBars } from "../../../lib/chart/period-bars.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { providerColor, providerOrder } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact, hoursCompact } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { type CollectionPeriods, periodsOf, type StepsOfDay } from "./periods.ts";
import type { ScopeFacts } from "./read.ts";
import { isPartial } from "./summary.ts";

const MS_PER_H = 3_600_000;

interface ShownTotal {
  readonly name: string;
  /** Shown only where all output counts are final: parts of totals of several providers don't compare. */
  readonly isOfOutput?: true;
  readonly of: (facts: ScopeFacts) => number;
  readonly text: (total: number) => string;
}

const count = (total: number) => grouped(total);
const tokens = (total: number) => (total < 1e6 ? grouped(total) : `${grouped(total / 1e6, 1)}M`);
const time = (ms: number) => (ms < MS_PER_H ? durationCompact(ms / 1_000) : hoursCompact(ms / MS_PER_H));

const SHOWN_TOTALS: readonly ShownTotal[] = [
  { name: "Sessions", of: ({ totals }) => totals.sessions, text: count },
  { name: "Agent steps", of: ({ totals }) => totals.steps, text: count },
  { name: "User-initiated steps", of: ({ totals }) => totals.user_steps, text: count },
  { name: "Tool calls", of: ({ tools }) => tools.calls, text: count },
  { name: "Prefix tokens", of: ({ totals }) => totals.prefix_tokens, text: tokens },
  { name: "Append tokens", of: ({ totals }) => totals.append_tokens, text: tokens },
  { name: "Output tokens", isOfOutput: true, of: ({ totals }) => totals.output_tokens, text: tokens },
  { name: "Generation time", of: ({ totals }) => totals.generation_ms, text: time },
  { name: "Tool time", of: ({ tools }) => tools.latency_ms, text: time },
  { name: "Waits for people", of: ({ waits }) => waits.wait_ms, text: time },
];
const VOLUME_HEIGHT = 230;
const READING = `The upper panel shows when the steps happened; the bars below show how each total splits over the providers.
A provider with half of the steps and most of a total is the one that drives it: in totals of tokens and time, a few long steps can
outweigh many short ones.`;
const UNNAMED = "<unknown-provider>";

/**
 * Null when there is neither a time nor a second provider to compare with.
 * @param providers one scope for each provider
 * @param days steps by provider and day; when empty, only the totals are drawn
 */
export function overviewFigure(providers: readonly ScopeFacts[], days: readonly StepsOfDay[]): Figure | null {
  if (providers.length === 0) return null;
  const names = providers.map(({ totals }) => totals.scope || UNNAMED);
  const periods = periodsOf(days);
  const panels = [
    ...(periods ? [withHeading(volumePanel(periods, names), `Agent steps per ${periods.scale.unit}`, { over: "plot" })] : []),
    ...(providers.length > 1 ? [withHeading(sharesPanel(providers, periods === null), "Share of the totals", { over: "plot" })] : []),
  ];
  if (panels.length === 0) return null;
  const facts = leadingProvider(providers, names);
  return {
    name: "pool_overview",
    title: "Volume and providers",
    spec: grid(panels, {
      spacing: 46,
      title: facts,
      subtitle: "When the steps of the pool happened (UTC), and how its totals split over the providers.",
    }),
    caption: `${facts}. ${periods ? volumeSentence(periods) : "No step has a time."} Shares add up to 100 % over the providers; parallel tool calls each count in full.`,
    reading: READING,
    alt: `Stacked bars of agent steps over time by provider, above horizontal bars that split totals over the providers. ${facts}.`,
  };
}

/** What the first of the providers holds of the totals. */
function leadingProvider(providers: readonly ScopeFacts[], names: readonly string[]): string {
  const first = at(providerOrder(names), 0);
  const lead = at(providers, names.indexOf(first));
  const title = providerLabel(first);
  if (providers.length === 1) return `All agent steps (${grouped(lead.totals.steps)}) are of ${title}`;
  const share = (of: (facts: ScopeFacts) => number) => percent(of(lead) / (sumOf(providers, of) || 1));
  const third = hasAllOutput(providers)
    ? `${share(({ totals }) => totals.output_tokens)} of the output tokens`
    : `${share(({ totals }) => totals.append_tokens)} of the append tokens`;
  return `${title} has ${share(({ totals }) => totals.steps)} of the agent steps, ${share(({ tools }) => tools.calls)} of the tool calls and ${third}`;
}

function volumeSentence({ scale: { unit }, busiest, steps }: CollectionPeriods): string {
  return `The busiest ${unit} began on ${busiest.label} with ${grouped(busiest.steps)} of ${grouped(steps)} steps.`;
}

function volumePanel({ values, scale }: CollectionPeriods, names: readonly string[]): Panel {
  const known = providerOrder([...names, ...values.map(({ provider }) => provider)]);
  return periodBars({
    values,
    scale,
    providers: known,
    y: countAxis(largestStack(values), { title: null }),
    height: VOLUME_HEIGHT,
  });
}

function sharesPanel(providers: readonly ScopeFacts[], legend: boolean): Panel {
  const names = providers.map(({ totals }) => totals.scope || UNNAMED);
  const order = providerOrder(names);
  const totals = SHOWN_TOTALS.filter(({ isOfOutput }) => !isOfOutput || hasAllOutput(providers));
  const bars = totals.flatMap(({ name, of, text }) => {
    const whole = sumOf(providers, of);
    if (!(whole > 0)) return [];
    const values = providers.map((facts, i) => [names[i], of(facts) / whole]);
    return [{ name: `${name} (${text(whole)})`, values: Object.fromEntries(values) }];
  });
  return splitBars({
    bars,
    parts: order.map((name) => ({ name, color: providerColor(name, order) })),
    x: shareAxis({ title: null, ticks: [0, 0.25, 0.5, 0.75, 1] }),
    label: (share) => percent(share),
    legend,
  });
}

function hasAllOutput(providers: readonly ScopeFacts[]): boolean {
  return providers.every(({ totals }) => !isPartial(totals));
}

function sumOf(providers: readonly ScopeFacts[], of: (facts: ScopeFacts) => number): number {
  return providers.reduce((sum, facts) => sum + of(facts), 0);
}
