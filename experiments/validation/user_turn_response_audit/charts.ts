/** Figure: outcomes of the steps that show a user message. */

import { shareAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { COLORS, providerLabel, seriesColor } from "../../../lib/chart/palette.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { type Account, REASONS, type Reason, totalOf } from "./audit.ts";
import { REASON_WORDS } from "./tables.ts";

const SAMPLE = "response time measured";
const DROPPED = "request took no time";
const REASON_COLORS: Readonly<Record<Reason, string>> = {
  missing_session: COLORS.light.neutral,
  no_model_output: seriesColor(1),
  no_parseable_user_timestamp: seriesColor(3),
  user_after_first_model_output: seriesColor(2),
};

const READING = `One bar per provider, split by outcome of the steps that show a user message. Figures of response times
include only the first color. The other colors are the reasons why a step has no response time, each with its number of steps.`;

const AND = new Intl.ListFormat("en-US");
/** As many providers have a place in the title. */
const MOST_TITLED = 3;

/** @param accounts at least one with visible messages */
export function fatesFigure(accounts: readonly Account[]): Figure {
  const total = totalOf(accounts);
  const drawn = accounts.filter(({ visible }) => visible > 0);
  const parts = [
    { outcome: SAMPLE, color: seriesColor(0), count: (each: Account) => each.samples },
    { outcome: DROPPED, color: seriesColor(7), count: (each: Account) => each.dropped_nonpositive + each.dropped_no_output },
    ...REASONS.map((reason) => ({ outcome: REASON_WORDS[reason], color: REASON_COLORS[reason], count: (each: Account) => each[reason] })),
  ]
    .filter(({ count }) => count(total) > 0)
    .map((part) => ({ ...part, name: `${part.outcome} (${grouped(part.count(total))})` }));
  const finding = findingOf(drawn);
  const missing = parts.filter(({ outcome }) => outcome !== SAMPLE).sort((a, b) => b.count(total) - a.count(total));
  const facts = missing.length === 0 ? finding : `${finding}; not measured: ${missing.map(({ name }) => name).join(", ")}`;
  const bars = drawn.map((each) => ({
    name: `${providerLabel(each.provider, 24)} (n=${grouped(each.visible)})`,
    values: Object.fromEntries(parts.map(({ name, count }) => [name, count(each) / each.visible])),
  }));
  const x = shareAxis({ title: "Share of the steps that show a user message" });
  return {
    name: "user_message_fates",
    title: finding,
    subtitle: "Whether a step that shows a user message has a response time, and why not.",
    coverage: { shown: total.samples, of: total.visible, what: "steps", rest: "have none" },
    spec: figure(splitBars({ bars, parts, x, label: (share) => percent(share, 1) })),
    caption: `One bar per provider. Every figure of response times includes only the first color. ${facts}.`,
    alt: `Stacked horizontal bars of shares by provider: steps with a user message with a response time, and reasons why others have none. ${facts}.`,
    reading: READING,
  };
}

/** `A response time is known for 100.0% (Claude) and 82.7% (Codex) of the user messages` */
function findingOf(accounts: readonly Account[]): string {
  const shares = accounts
    .slice(0, MOST_TITLED)
    .map(({ provider, samples, visible }) => `${percent(samples / visible, 1)} (${providerLabel(provider, 24)})`);
  return `A response time is known for ${AND.format(shares)} of the user messages`;
}
