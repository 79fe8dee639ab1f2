/** Generation and waiting of each provider by timeout. */
import type { QueryContext } from "../../../lib/experiment.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { activeRatio, heldUpTo } from "./held.ts";

type Kind = "generation" | "tool" | "human";

/** Columns of waits.sql. */
interface SpanColumns extends Record<string, ArrayLike<unknown>> {
  readonly provider: readonly string[];
  readonly kind: readonly Kind[];
  readonly seconds: readonly number[];
  readonly spans: readonly number[];
}

export interface Timeout {
  readonly timeout_s: number;
  readonly is_landmark: boolean;
}

export interface ActivePoint extends Timeout {
  readonly tool_s: number;
  readonly human_s: number;
  /** Share of the time held that is generation. */
  readonly ratio: number;
}

/** One provider that generated. */
export interface ActiveCurve {
  readonly provider: string;
  readonly generation_s: number;
  /** Ascending by timeout. */
  readonly points: readonly ActivePoint[];
}

/** One curve per provider, Claude and Codex first. */
export async function readCurves(db: QueryContext): Promise<ActiveCurve[]> {
  const spans = await db.columns<SpanColumns>("waits.sql");
  const timeouts = await db.rows<Timeout>("timeouts.sql");
  return [...spansByProvider(spans)].map(([provider, spans_s]) => curveOf(provider, spans_s, timeouts));
}

type Spans = Readonly<Record<Kind, number[]>>;

function curveOf(provider: string, spans_s: Spans, timeouts: readonly Timeout[]): ActiveCurve {
  const generation_s = sumInOrder(spans_s.generation);
  const timeouts_s = timeouts.map(({ timeout_s }) => timeout_s);
  const tools_s = heldUpTo(spans_s.tool, timeouts_s);
  const humans_s = heldUpTo(spans_s.human, timeouts_s);
  const points = timeouts.map((timeout, i) => {
    const tool_s = tools_s[i] as number;
    const human_s = humans_s[i] as number;
    return { ...timeout, tool_s, human_s, ratio: activeRatio(generation_s, tool_s + human_s) };
  });
  return { provider, generation_s, points };
}

/** In the order of the rows, every span by itself: sums take them one by one. */
function spansByProvider({ provider, kind, seconds, spans: counts }: SpanColumns): Map<string, Spans> {
  const found = new Map<string, Spans>();
  for (const [i, name] of provider.entries()) {
    let spans = found.get(name);
    if (!spans) {
      spans = { generation: [], tool: [], human: [] };
      found.set(name, spans);
    }
    const ofKind = spans[kind[i] as Kind];
    for (let n = 0; n < (counts[i] as number); n++) ofKind.push(seconds[i] as number);
  }
  return found;
}
