/** Generation and waiting of each provider by timeout. */
import { type ColumnsOf, type IntervalOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumInOrder, sumOf } from "../../../lib/stats/sum.ts";
import { intervalsBy } from "../../../lib/trace/intervals.ts";
import { activeRatio, heldUpTo } from "./held.ts";

export const SPANS = query("waits.sql", { provider: "text", kind: ["generation", "tool", "human"], seconds: "number", spans: "number" });
type Kind = RowOf<typeof SPANS>["kind"];

const HELD = query("held.sql", { provider: "text", session_id: "text?", held_s: "number", generation_s: "number" });
export const TIMEOUTS = query("timeouts.sql", { timeout_s: "number", is_landmark: "boolean" });
type Timeout = RowOf<typeof TIMEOUTS>;

/** One provider that generated. */
export type ActiveCurve = ReturnType<typeof curveOf>;

/** One curve per provider, Claude and Codex first. */
export async function readCurves(db: QueryContext): Promise<ActiveCurve[]> {
  const spans = await db.columns(SPANS);
  const timeouts = await db.rows(TIMEOUTS);
  return [...spansByProvider(spans)].map(([provider, spans_s]) => curveOf(provider, spans_s, timeouts));
}

export type RatioInterval = (provider: string) => IntervalOf["interval"];

/** Of the active ratio at a timeout. */
export async function ratioIntervals(db: QueryContext, timeout_s: number): Promise<RatioInterval> {
  const request = { by: ["provider"], of: ["generation_s"], whole: "held_s", session: "session_id" } as const;
  const found = await intervalsBy(db, HELD, request, { timeout_s });
  return (provider) => found({ provider }, "generation_s");
}

type Spans = Readonly<Record<Kind, Float64Array>>;

function curveOf(provider: string, spans_s: Spans, timeouts: readonly Timeout[]) {
  const generation_s = sumInOrder(spans_s.generation);
  const timeouts_s = timeouts.map(({ timeout_s }) => timeout_s);
  const tools_s = heldUpTo(spans_s.tool, timeouts_s);
  const humans_s = heldUpTo(spans_s.human, timeouts_s);
  const points = timeouts.map((timeout, i) => {
    const tool_s = at(tools_s, i);
    const human_s = at(humans_s, i);
    // The ratio is the share of the time held that is generation.
    return { ...timeout, tool_s, human_s, ratio: activeRatio(generation_s, tool_s + human_s) };
  });
  return { provider, generation_s, points };
}

/** In the order of the rows, each span separately, because sums add them one by one. */
function spansByProvider({ provider, kind, seconds, spans: counts }: ColumnsOf<typeof SPANS>): Map<string, Spans> {
  const each = (rows: readonly number[]) => {
    const all = new Float64Array(sumOf(rows, (row) => at(counts, row)));
    let from = 0;
    for (const row of rows) {
      all.fill(at(seconds, row), from, from + at(counts, row));
      from += at(counts, row);
    }
    return all;
  };
  const byProvider = groupBy(provider.keys(), (row) => at(provider, row));
  return new Map(
    [...byProvider].map(([name, rows]) => {
      const ofKind = groupBy(rows, (row) => at(kind, row));
      const spansOf = (name: Kind) => each(ofKind.get(name) ?? []);
      return [name, { generation: spansOf("generation"), tool: spansOf("tool"), human: spansOf("human") }];
    }),
  );
}
