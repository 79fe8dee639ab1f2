/** What fills the contexts of single sessions, step by step. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { CONTEXT_SOURCES, liveTokens, type Parts } from "../../../lib/trace/context.ts";
import { sessionHashes } from "../../../lib/trace/sessions.ts";

const STEPS = query("composition.sql", {
  session_id: "text",
  provider: "text",
  step: "number",
  opens_request: "boolean",
  segment: "number",
  context_tokens: "number",
  freed_tokens: "number",
  input_nano: "number?",
  ...CONTEXT_SOURCES,
});
type StepRow = RowOf<typeof STEPS>;

const BIGGEST = query("biggest.sql", { session_id: "text", provider: "text", input_nano: "number" });

/** A step and what is in its context. */
export interface LiveStep {
  readonly step: number;
  readonly opensRequest: boolean;
  /** The first one after a context reset. */
  readonly isReset: boolean;
  /** Results of tools were cleared before it. */
  readonly clearsResults: boolean;
  readonly contextTokens: number;
  readonly freedTokens: number;
  readonly live: Parts;
}

export interface Composition {
  readonly sessionId: string;
  readonly provider: string;
  readonly steps: readonly LiveStep[];
  /** Billed input of the steps with a price; null where none has one. */
  readonly inputUsd: number | null;
  readonly unpricedSteps: number;
}

/** The session with the largest input bill; null where nothing has a price. */
export async function biggestSession(db: QueryContext, relation: string | null): Promise<string | null> {
  const [session] = await db.rows(BIGGEST, { relation });
  return session?.session_id ?? null;
}

/** In the order of the ids; sessions without steps are left out. */
export async function readCompositions(db: QueryContext, sessionIds: readonly string[]): Promise<Composition[]> {
  if (sessionIds.length === 0) return [];
  const rows = groupBy(await db.rows(STEPS, { sessions: sessionHashes(sessionIds) }), ({ session_id }) => session_id);
  return sessionIds.flatMap((id) => {
    const steps = rows.get(id);
    return steps ? [compositionOf(id, steps)] : [];
  });
}

function compositionOf(sessionId: string, rows: readonly StepRow[]): Composition {
  const live = liveTokens(rows);
  const priced = rows.flatMap(({ input_nano }) => input_nano ?? []);
  return {
    sessionId,
    provider: rows[0]?.provider ?? "",
    steps: rows.flatMap((row, i) => {
      const parts = live[i];
      if (!parts) return [];
      const isReset = i > 0 && row.segment !== rows[i - 1]?.segment;
      return [
        {
          step: row.step,
          opensRequest: row.opens_request,
          isReset,
          clearsResults: row.clears_results,
          contextTokens: row.context_tokens,
          freedTokens: row.freed_tokens,
          live: parts,
        },
      ];
    }),
    inputUsd: priced.length === 0 ? null : sumInOrder(priced) / 1e9,
    unpricedSteps: rows.length - priced.length,
  };
}
