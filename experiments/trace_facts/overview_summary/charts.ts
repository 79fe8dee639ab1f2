/** Figure: how the totals of the pool split over the providers. */

import { shareAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { providerColor, providerOrder } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact } from "../../../lib/format/counts.ts";
import { durationCompact, hoursCompact } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
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
const time = (ms: number) => (ms < MS_PER_H ? durationCompact(ms / 1_000) : hoursCompact(ms / MS_PER_H));

const SHOWN_TOTALS: readonly ShownTotal[] = [
  { name: "Sessions", of: ({ totals }) => totals.sessions, text: count },
  { name: "Agent steps", of: ({ totals }) => totals.steps, text: count },
  { name: "User-initiated steps", of: ({ totals }) => totals.user_steps, text: count },
  { name: "Tool calls", of: ({ tools }) => tools.calls, text: count },
  { name: "Prefix tokens", of: ({ totals }) => totals.prefix_tokens, text: countCompact },
  { name: "Append tokens", of: ({ totals }) => totals.append_tokens, text: countCompact },
  { name: "Output tokens", isOfOutput: true, of: ({ totals }) => totals.output_tokens, text: countCompact },
  { name: "Generation time", of: ({ totals }) => totals.generation_ms, text: time },
  { name: "Tool time", of: ({ latencyMs }) => latencyMs.sum, text: time },
  { name: "Waits for the human", of: ({ waitMs }) => waitMs.sum, text: time },
];
const READING = `The bars show how each total splits over the providers. A provider with half of the steps and most of a total is the one that drives
it: in totals of tokens and time, a few long steps can outweigh many short ones.`;
const UNNAMED = "<unknown-provider>";

/** @param providers one scope for each of at least two providers */
export function overviewFigure(providers: readonly ScopeFacts[]): Figure {
  const finding = leadingProvider(providers);
  return {
    name: "pool_overview",
    title: finding,
    subtitle: "How the totals of the pool split over the providers; in parentheses the total.",
    spec: figure(sharesPanel(providers)),
    caption: `${finding}. Shares add up to 100% over the providers; parallel tool calls each count in full.`,
    reading: READING,
    alt: `Horizontal bars that split totals of the pool over the providers. ${finding}.`,
  };
}

/** What the first of the providers holds of the totals. */
function leadingProvider(providers: readonly ScopeFacts[]): string {
  const names = namesOf(providers);
  const first = at(providerOrder(names), 0);
  const lead = at(providers, names.indexOf(first));
  const title = providerLabel(first);
  const share = (of: (facts: ScopeFacts) => number) => percent(of(lead) / (sumOf(providers, of) || 1));
  const third = hasAllOutput(providers)
    ? `${share(({ totals }) => totals.output_tokens)} of the output tokens`
    : `${share(({ totals }) => totals.append_tokens)} of the append tokens`;
  return `${title} has ${share(({ totals }) => totals.steps)} of the agent steps, ${share(({ tools }) => tools.calls)} of the tool calls and ${third}`;
}

function namesOf(providers: readonly ScopeFacts[]): string[] {
  return providers.map(({ totals }) => totals.scope || UNNAMED);
}

function sharesPanel(providers: readonly ScopeFacts[]): Panel {
  const names = namesOf(providers);
  const order = providerOrder(names);
  const totals = SHOWN_TOTALS.filter(({ isOfOutput }) => !isOfOutput || hasAllOutput(providers));
  const bars = totals.flatMap(({ name, of, text }) => {
    const whole = sumOf(providers, of);
    if (!(whole > 0)) return [];
    const values = providers.map((facts, i) => [providerLabel(at(names, i), 24), of(facts) / whole]);
    return [{ name: `${name} (${text(whole)})`, values: Object.fromEntries(values) }];
  });
  return splitBars({
    bars,
    parts: order.map((name) => ({ name: providerLabel(name, 24), color: providerColor(name, order) })),
    x: shareAxis({ title: null, ticks: [0, 0.25, 0.5, 0.75, 1] }),
    label: (share) => percent(share),
  });
}

function hasAllOutput(providers: readonly ScopeFacts[]): boolean {
  return providers.every(({ totals }) => !isPartial(totals));
}

function sumOf(providers: readonly ScopeFacts[], of: (facts: ScopeFacts) => number): number {
  return providers.reduce((sum, facts) => sum + of(facts), 0);
}
