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

const READING = `One bar for all providers and one per provider, split by outcome of the steps that show a user message. Figures of response times
include only the first color. The other colors are the reasons why a step has no response time.`;

/** @param accounts at least one with visible messages */
export function fatesFigure(accounts: readonly Account[]): Figure {
  const total = totalOf(accounts);
  const drawn = [total, ...accounts].filter(({ visible }) => visible > 0);
  const parts = [
    { name: SAMPLE, color: seriesColor(0), count: (each: Account) => each.samples },
    { name: DROPPED, color: seriesColor(7), count: (each: Account) => each.dropped_nonpositive + each.dropped_no_output },
    ...REASONS.map((reason) => ({ name: REASON_WORDS[reason], color: REASON_COLORS[reason], count: (each: Account) => each[reason] })),
  ].filter(({ count }) => count(total) > 0);
  const measured = percent(total.samples / total.visible, 1);
  const missing = parts.filter(({ name }) => name !== SAMPLE).sort((a, b) => b.count(total) - a.count(total));
  const facts = `${measured} of the steps that show a user message have a response time`;
  const rest = missing.map(({ name, count }) => `${name}: ${grouped(count(total))}`).join("; ");
  return {
    name: "user_message_fates",
    title: "Outcomes of user messages",
    spec: figure(
      splitBars({
        bars: drawn.map((each) => ({
          name: `${providerLabel(each.provider, 24)} (n=${grouped(each.visible)})`,
          values: Object.fromEntries(parts.map(({ name, count }) => [name, count(each) / each.visible])),
        })),
        parts,
        x: shareAxis({ title: "Share of the steps that show a user message" }),
        label: (share) => percent(share, 1),
      }),
      facts,
      rest === "" ? "All are measured." : `Not measured: ${rest}.`,
    ),
    caption: `One bar for all and one per provider. Every figure of response times includes only the first color. ${facts}${rest === "" ? "" : `; not measured: ${rest}`}.`,
    alt: `Stacked horizontal bars of shares by provider: steps with a user message with a response time, and reasons why others have none. ${facts}.`,
    reading: READING,
  };
}
