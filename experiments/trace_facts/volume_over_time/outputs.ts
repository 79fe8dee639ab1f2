/** The table of days and the document that the home page draws. */

import { providerTitle } from "../../../lib/chart/palette.ts";
import type { JsonDocument, Table } from "../../../lib/experiment.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { dateOf } from "../../../lib/format/periods.ts";
import { filledDays, MEASURES, sumOf, type Volume } from "./volume.ts";

export function daysTable(volume: Volume): Table {
  return {
    name: "volume_by_day",
    title: "Volume of each day",
    caption: "One row per day (UTC) and provider, from the first day to the last; days on which nothing happened are zeros.",
    columns: ["date", "provider", ...MEASURES.map(({ key }) => key)],
    rows: filledDays(volume).map(({ day, ...row }) => ({ date: dateOf(day), ...row })),
  };
}

/** Amounts by period, as columns: the n-th number of each list belongs to the n-th start. */
export function volumeDocument({ providers, periods, undated, days }: Volume): JsonDocument {
  return {
    name: "volume.json",
    value: {
      unit: periods?.scale.unit ?? null,
      days_per_period: periods?.scale.width ?? null,
      first_day: periods ? dateOf(periods.firstDay) : null,
      last_day: periods ? dateOf(periods.lastDay) : null,
      total: sumOf(days),
      without_time: sumOf(undated),
      starts: periods?.starts.map(dateOf) ?? [],
      providers: providers.map((provider) => {
        const amounts = periods?.series.get(provider) ?? [];
        const columns = MEASURES.map(({ key }) => [key, amounts.map((amount) => amount[key])]);
        return { provider, title: shortLabel(providerTitle(provider)), ...Object.fromEntries(columns) };
      }),
    },
  };
}
