/** The table of days and the document that the home page draws. */
import { providerLabel } from "../../../lib/chart/palette.ts";
import { type JsonDocument, type Table, table } from "../../../lib/experiment.ts";
import { dateOf } from "../../../lib/format/periods.ts";
import { type Amounts, amountOf, filledDays, MEASURES, sumOf, type Volume } from "./volume.ts";

export function daysTable(volume: Volume): Table {
  return table(
    "volume_by_day",
    filledDays(volume),
    {
      date: { of: ({ day }) => dateOf(day), says: "Day in UTC, of the earliest event of a step" },
      provider: { says: "Provider of the steps; `<unknown-provider>` when missing" },
      steps: { says: "Agent steps", unit: "steps" },
      sessions_started: { says: "Sessions whose first step of this provider is on this day", unit: "sessions" },
      input_tokens: { says: "Prefix and append of these steps", unit: "tokens" },
      output_tokens: {
        of: (day) => amountOf(day, "output_tokens"),
        says: "Output of these steps, reasoning included; only of those whose count is final, empty if there are none",
        unit: "tokens",
      },
      tool_calls: { says: "Tool calls of these steps", unit: "calls" },
    },
    {
      title: "Volume of each day",
      caption:
        "One row per day and provider, from the first day to the last; days on which nothing happened are zeros. If the window is longer than ten years, only days with steps.",
    },
  );
}

/** Amounts by period, as columns: the n-th number of each list belongs to the n-th start. */
export function volumeDocument({ providers, periods, undated, days }: Volume): JsonDocument {
  return {
    name: "volume.json",
    says: "the same by period as drawn: for each provider a list per amount, with a number for each of the `starts`",
    value: {
      unit: periods?.scale.unit ?? null,
      days_per_period: periods?.scale.width ?? null,
      first_day: periods ? dateOf(periods.firstDay) : null,
      last_day: periods ? dateOf(periods.lastDay) : null,
      total: amountsOf(sumOf(days)),
      without_time: amountsOf(sumOf(undated)),
      starts: periods?.starts.map(dateOf) ?? [],
      providers: providers.map((provider) => {
        const amounts = periods?.series.get(provider) ?? [];
        const columns = MEASURES.map(({ key }) => [key, amounts.map((amount) => amountOf(amount, key))]);
        return { provider, title: providerLabel(provider), ...Object.fromEntries(columns) };
      }),
    },
  };
}

function amountsOf(amounts: Amounts): Record<string, number | null> {
  return Object.fromEntries(MEASURES.map(({ key }) => [key, amountOf(amounts, key)]));
}
