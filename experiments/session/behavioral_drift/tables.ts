/** Tables of the experiment, and its summary as JSON. */
import { type Column, type JsonDocument, type MemoryTable, table } from "../../../lib/experiment.ts";
import { byDrifted, type Drift, type Finding, VERDICTS } from "./drift.ts";
import { conditionText } from "./groups.ts";

const COMPARISON: Column<Finding> = {
  of: ({ comparison }) => comparison.name,
  says: "Provider, first group and second group, as `provider: a > b`",
};
const DIMENSION: Column<Finding> = { of: ({ dimension }) => dimension.name, says: "Respect in which the groups are compared" };

export function tablesOf({ findings, overTime, fingerprints }: Drift): MemoryTable[] {
  return [
    table("drift", findings, FINDING_COLUMNS, {
      title: "Divergence by dimension",
      caption: "One row per comparison and dimension. Without a verdict, p is empty or for information only.",
    }),
    table(
      "drift_movers",
      findings.flatMap((finding) => finding.movers.map((mover) => ({ ...finding, mover }))),
      {
        comparison: COMPARISON,
        dimension: DIMENSION,
        bin: { of: ({ mover }) => mover.bin, says: "Tool, pair of categories or range" },
        share_a: { of: ({ mover }) => mover.shareA, says: "Share of the units of the first group", unit: "share" },
        share_b: { of: ({ mover }) => mover.shareB, says: "Share of the units of the second group", unit: "share" },
        change: { of: ({ mover }) => mover.shareB - mover.shareA, says: "share_b - share_a", unit: "share" },
        part: { of: ({ mover }) => mover.part, says: "What the bin adds to the divergence", unit: "bits" },
      },
      { title: "What moved", caption: "One row per comparison, dimension and bin, the largest part of the divergence first." },
    ),
    table(
      "fingerprints",
      fingerprints.flatMap((side) => {
        const order = side.dimension.bins ?? [...side.byBin.keys()].sort();
        return order.flatMap((bin) => {
          const units = side.byBin.get(bin);
          return units === undefined ? [] : [{ ...side, bin, own: units }];
        });
      }),
      {
        group: { says: "Group of sessions" },
        dimension: { of: ({ dimension }) => dimension.name, says: "Respect in which groups are compared" },
        bin: { says: "Tool, pair of categories or range" },
        sessions: { says: "Sessions of the group with units in the dimension", unit: "sessions" },
        units: { of: ({ own }) => own, says: "Calls, pairs of calls, steps or requests in the bin" },
        share: { of: ({ own, units }) => own / units, says: "Share of the units of the group in the dimension", unit: "share" },
      },
      {
        title: "Fingerprints",
        caption:
          "How each group behaves: one row per group, dimension and bin. Keep the file, and `--baseline` compares later sessions with it.",
      },
    ),
    table("drift_over_time", overTime, FINDING_COLUMNS, {
      title: "Divergence over time",
      caption: "One row per window of time and dimension: the sessions that began in the window, compared with all before it.",
    }),
  ];
}

const FINDING_COLUMNS = {
  comparison: COMPARISON,
  dimension: DIMENSION,
  unit: { of: ({ dimension }) => dimension.unit, says: "What is counted" },
  units_a: { of: ({ a }) => a.units, says: "Units of the first group" },
  units_b: { of: ({ b }) => b.units, says: "Units of the second group" },
  sessions_a: { of: ({ a }) => a.sessions, says: "Sessions of the first group with units", unit: "sessions" },
  sessions_b: { of: ({ b }) => b.sessions, says: "Sessions of the second group with units", unit: "sessions" },
  jsd: { of: ({ jsd }) => jsd, says: "Jensen-Shannon divergence; empty where a group has no units", unit: "bits" },
  null_p50: { of: ({ chance }) => chance?.p50 ?? null, says: "Median of the divergence by chance alone", unit: "bits" },
  null_p95: { of: ({ chance }) => chance?.p95 ?? null, says: "95th percentile of it", unit: "bits" },
  excess: { of: ({ excess }) => excess, says: "jsd - null_p50", unit: "bits" },
  p_value: { of: ({ chance }) => chance?.p ?? null, says: "How often chance alone gives as much" },
  p_holm: { of: ({ pHolm }) => pHolm, says: "The same, corrected for the number of dimensions that are judged" },
  drifted: { of: ({ drifted }) => drifted, says: "p_holm below 0.05 and excess at least `--min-excess`; empty without a verdict" },
  verdict: { of: ({ verdict }) => VERDICTS[verdict], says: "`judged`, or why no verdict is given" },
} satisfies Record<string, Column<Finding>>;

export function summaryOf({ findings, design }: Drift): JsonDocument {
  return {
    name: "drift_summary.json",
    says: "For each comparison its groups, the dimensions that drifted and the mean divergence, which other tools call the drift score",
    value: byDrifted(findings).map(({ comparison, findings: own }) => {
      const known = own.flatMap(({ jsd }) => jsd ?? []);
      return {
        comparison: comparison.name,
        overall: known.length === 0 ? null : known.reduce((sum, jsd) => sum + jsd, 0) / known.length,
        drifted: own.filter(({ drifted }) => drifted).map(({ dimension }) => dimension.name),
        judged: own.filter(({ drifted }) => drifted !== null).map(({ dimension }) => dimension.name),
        groups: design.chosen
          .filter(({ no }) => [...comparison.a, ...comparison.b].some((group) => group.no === no))
          .map(({ name, conditions }) => ({ name, conditions: conditions.map(conditionText) })),
      };
    }),
  };
}
