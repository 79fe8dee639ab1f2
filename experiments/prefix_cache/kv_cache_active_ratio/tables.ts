import { type Column, type Table, table } from "../../../lib/experiment.ts";
import { durationShort } from "../../../lib/format/published.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import type { ActiveCurve } from "./measure.ts";

const S_PER_H = 3600;

type CurvePoint = ActiveCurve["points"][number] & Pick<ActiveCurve, "provider" | "generation_s">;

/** One row per provider and timeout. */
export function activeRatioTable(curves: readonly ActiveCurve[]): Table {
  const points = curves.flatMap(({ provider, generation_s, points }) => points.map((point) => ({ ...point, provider, generation_s })));
  return table(
    "kv_cache_active_ratio_by_provider",
    points,
    {
      provider: PROVIDER_COLUMN,
      cache_eviction_timeout_seconds: { of: ({ timeout_s }) => timeout_s, says: "Timeout, not rounded", unit: "s" },
      cache_eviction_timeout_label: { of: ({ timeout_s }) => durationShort(timeout_s), says: "Timeout for reading" },
      landmark_timeout: { of: ({ is_landmark }) => is_landmark, says: "Whether the timeout is 1, 5, 10, 30 min or 1 h" },
      ...time("generation", ({ generation_s }) => generation_s, "All generation, the same at every timeout"),
      ...time("tool_cumulative", ({ tool_s }) => tool_s, "Tool calls no longer than the timeout"),
      ...time("human_cumulative", ({ human_s }) => human_s, "Pauses before user messages no longer than the timeout"),
      ...time("denominator", ({ generation_s, tool_s, human_s }) => generation_s + tool_s + human_s, "Sum of the three"),
      kv_cache_active_ratio: { of: ({ ratio }) => ratio, says: "Generation divided by that sum", unit: "share" },
    },
    { title: "Generation and waiting by timeout", caption: "One row per provider and timeout." },
  );
}

function time(name: string, of: (point: CurvePoint) => number, says: string): Record<string, Column<CurvePoint>> {
  return {
    [`${name}_seconds`]: { of, says, unit: "s" },
    [`${name}_hours`]: { of: (point) => of(point) / S_PER_H, says: "The same in hours", unit: "h" },
  };
}
