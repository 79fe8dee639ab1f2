/**
 * Sessions as other programs may see them: tokens, times in epoch microseconds and known names, without anything that was said.
 * Whatever names a person, a project or a company is left out; names of tools and models that are not the same for everybody become
 * a general word.
 */
import type { Pool } from "../../db/open/pool.ts";
import { LISTED_SESSIONS, readSessions, type SessionPart, type SessionRow } from "../../db/timelines/read.ts";
import { query, type RowOf } from "../../experiment.ts";
import { isPublicModel, isPublicTool } from "../../sanitize/forms.ts";
import { groupBy } from "../../stats/group-by.ts";
import { modelKind } from "../../trace/known-names.ts";
import { shortId } from "../../trace/sessions.ts";

const STEPS_PER_PART = 4_000;

const DETAILS = query("details of steps", {
  round_pk: "number",
  provider: "text?",
  model: "text?",
  write_tokens: "number",
});
const REQUESTS = query("requests of sessions", {
  session_id: "text",
  request_no: "number",
  start_us: "number?",
  end_us: "number?",
  steps: "number",
  calls: "number",
  errors: "number",
  input_tokens: "number",
  output_tokens: "number",
  cost_nano: "number",
  unpriced_steps: "number",
});
const WAITS = query("waits of sessions", { session_id: "text", from_us: "number", to_us: "number", tool: "text?" });

const SQL = {
  details: `-- uses: step_rates
    SELECT round_pk, rounds.provider, rounds.model, (cache_write_5m_tokens + cache_write_1h_tokens)::DOUBLE AS write_tokens
    FROM rounds
    JOIN step_rates USING (round_pk)
    JOIN ${LISTED_SESSIONS} USING (session_id)
    WHERE part = $part`,
  requests: `-- uses: request_costs
    SELECT session_id, request_no, start_us, end_us, steps, calls, errors, input_tokens, output_tokens, cost_nano::DOUBLE AS cost_nano, unpriced_steps
    FROM request_costs
    JOIN ${LISTED_SESSIONS} USING (session_id)
    WHERE part = $part
    ORDER BY session_id, request_no`,
  waits: `-- uses: person_waits
    SELECT session_id, from_us, to_us, tool
    FROM person_waits
    JOIN ${LISTED_SESSIONS} USING (session_id)
    WHERE part = $part
    ORDER BY session_id, from_us, to_us, tool`,
};

type StepRow = SessionPart["rows"]["steps"][number];
type CallRow = SessionPart["rows"]["calls"][number];

export interface ExportedCall extends CallRow {
  readonly tool: string;
}

/** An agent step; token counts are 0 when they are missing, the output is null when its count is not final. */
export interface ExportedStep extends StepRow {
  /** From 1, in the order of the session. */
  readonly no: number;
  readonly provider: string;
  readonly model: string;
  /** The part of the new input that was written to the cache. */
  readonly write_tokens: number;
  readonly calls: readonly ExportedCall[];
}

export type ExportedRequest = RowOf<typeof REQUESTS>;
export type ExportedHelper = SessionPart["rows"]["helpers"][number] & { readonly name: string };

export interface ExportedSession {
  /** As pages have it: `claude-` and ten digits of a hash. */
  readonly name: string;
  /** For hashes alone. */
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly isHelper: boolean;
  readonly steps: readonly ExportedStep[];
  readonly requests: readonly ExportedRequest[];
  /** For approvals and answers, and for messages that open no request. */
  readonly waits: readonly { readonly from_us: number; readonly to_us: number; readonly tool: string | null }[];
  /** More than a minute without an event. */
  readonly gaps: SessionPart["rows"]["gaps"];
  /** The whole tree of helpers under it. */
  readonly helpers: readonly ExportedHelper[];
}

/** By time; few of them are in memory at once. @param only id of the only session */
export async function* exportedSessions(pool: Pool, only?: string): AsyncGenerator<ExportedSession> {
  const reading = { stepsPerPart: STEPS_PER_PART, callsPerStep: null, ...(only === undefined ? {} : { only }) };
  for await (const part of readSessions(pool, reading)) yield* sessionsOf(pool, part);
}

async function* sessionsOf(pool: Pool, { part, sessions, rows }: SessionPart): AsyncGenerator<ExportedSession> {
  const details = new Map((await pool.rows(SQL.details, { part }, DETAILS)).map((row) => [row.round_pk, row]));
  const bySession = <T extends { readonly session_id: string }>(all: readonly T[]) => groupBy(all, (row) => row.session_id);
  const stepsOf = bySession(rows.steps);
  const requestsOf = bySession(await pool.rows(SQL.requests, { part }, REQUESTS));
  const waitsOf = bySession(await pool.rows(SQL.waits, { part }, WAITS));
  const gapsOf = bySession(rows.gaps);
  const callsOf = groupBy(rows.calls, (call) => call.round_pk);
  const helpersOf = groupBy(rows.helpers, (helper) => helper.caller_session_id);
  for (const session of sessions) {
    const id = session.session_id;
    yield {
      ...headOf(session),
      steps: (stepsOf.get(id) ?? []).map((step, i): ExportedStep => {
        const { provider = null, model = null, write_tokens = 0 } = details.get(step.round_pk) ?? {};
        const calls = (callsOf.get(step.round_pk) ?? []).map((call) => ({ ...call, tool: publicTool(call.tool_name) }));
        return { ...step, no: i + 1, provider: publicProvider(provider), model: publicModel(model), write_tokens, calls };
      }),
      requests: requestsOf.get(id) ?? [],
      waits: (waitsOf.get(id) ?? []).map((wait) => ({ ...wait, tool: wait.tool === null ? null : publicTool(wait.tool) })),
      gaps: gapsOf.get(id) ?? [],
      helpers: (helpersOf.get(id) ?? []).map((helper) => ({ ...helper, name: shortId(helper.session_id) })),
    };
  }
}

function headOf({ session_id: id, provider, model, is_helper }: SessionRow) {
  const agent = publicProvider(provider);
  // A short id begins with what is before the colon of an id, which may be anything.
  const name = shortId(id.startsWith(`${agent}:`) ? id : `session:${id}`);
  return { name, id, provider: agent, model: publicModel(model), isHelper: is_helper };
}

const PROVIDERS: ReadonlySet<string> = new Set(["claude", "codex"]);
const NO_NAMES: ReadonlySet<string> = new Set();

function publicProvider(name: string | null): string {
  return name !== null && PROVIDERS.has(name) ? name : "other";
}

function publicModel(name: string | null): string {
  if (name === null || name === "" || name === "<unknown>") return "unknown";
  return isPublicModel(name, NO_NAMES) ? name : modelKind(name);
}

export function publicTool(name: string | null): string {
  const trimmed = name?.trim() ?? "";
  if (trimmed === "") return "unnamed";
  if (isPublicTool(trimmed, NO_NAMES)) return trimmed;
  return trimmed.startsWith("mcp_") ? "mcp_tool" : "custom_tool";
}
