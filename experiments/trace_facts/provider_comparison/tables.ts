/** The comparison as rows: one for each row of the table and provider. */
import { type Column, type Table, table } from "../../../lib/experiment.ts";
import type { ComparedValue, Comparison, RowComparison } from "./compare.ts";
import type { Raw } from "./forms.ts";

interface Cell {
  readonly group: string;
  readonly row: RowComparison;
  readonly value: ComparedValue;
}

export function comparisonTable({ groups }: Comparison): Table {
  const cells = groups.flatMap(({ id, rows }) => rows.flatMap((row) => row.values.map((value): Cell => ({ group: id, row, value }))));
  return table(
    "provider_comparison",
    cells,
    {
      group: { says: "Group of rows, as categories of experiments" },
      row: { of: ({ row }) => row.id, says: "Id of the row" },
      label: { of: ({ row }) => row.label, says: "Its name on the page" },
      provider: { of: ({ value }) => value.provider, says: "Provider; `<unknown-provider>` for the empty name" },
      unit: { of: ({ row }) => row.unit, says: "Unit of the numbers; empty for names and times" },
      value: number("value", "The number, unrounded; empty where there is nothing to compute it from and where the row has other numbers"),
      share: { ...number("share", "Share of one, where the row also has one"), unit: "share" },
      avg: number("avg", "Mean, where the row has one"),
      p50: number("p50", "Median, where the row has one"),
      p90: number("p90", "90th percentile, where the row has one"),
      text: { of: ({ value }) => value.raw.text ?? null, says: "A name, or an interval of times in ISO 8601, where the row has one" },
      printed: { of: ({ value }) => value.text, says: "As the page shows it; a dash where it is missing" },
      direction: { of: ({ row }) => row.direction, says: "Which values are better: `up`, `down`, or `none`" },
      better: {
        of: ({ row, value }) => (row.better === null ? null : value.provider === row.better),
        says: "Whether the provider has the best value; empty where the row is not judged",
      },
    },
    {
      title: "Every row for every provider",
      caption: "One row per row of the comparison and provider. Numbers are in the unit of their row.",
    },
  );
}

function number(name: Exclude<keyof Raw, "text">, says: string): Column<Cell> {
  return { of: ({ value }) => value.raw[name] ?? null, says };
}
