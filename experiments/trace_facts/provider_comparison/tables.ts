/** The comparison as rows: one for each row of the table and provider. */
import type { Table } from "../../../lib/experiment.ts";
import type { Comparison } from "./compare.ts";

export function comparisonTable({ groups }: Comparison): Table {
  return {
    name: "provider_comparison",
    title: "Every row for every provider",
    caption:
      "One row per row of the comparison and provider. Numbers are unrounded, in the unit named; `printed` is what the page shows; `better` marks the better side of a judged row.",
    columns: ["group", "row", "label", "provider", "unit", "value", "share", "avg", "p50", "p90", "text", "printed", "direction", "better"],
    rows: groups.flatMap((group) =>
      group.rows.flatMap(({ id, label, unit, direction, values, better }) =>
        values.map(({ provider, raw, text }) => ({
          group: group.id,
          row: id,
          label,
          provider,
          unit,
          value: raw.value ?? null,
          share: raw.share ?? null,
          avg: raw.avg ?? null,
          p50: raw.p50 ?? null,
          p90: raw.p90 ?? null,
          text: raw.text ?? null,
          printed: text,
          direction,
          better: better === null ? null : provider === better,
        })),
      ),
    ),
  };
}
