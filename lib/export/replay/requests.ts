/** The requests of a pool that an export takes, in order and a few at a time, and what it leaves out. */
import fs from "node:fs";
import type { Pool } from "../../db/open/pool.ts";
import { sha256 } from "../../files/hash.ts";
import { isKnownModel, modelKind } from "../../trace/known-names.ts";
import type { PrefixRequest } from "./blocks.ts";

/** Which requests of a pool are exported. */
export interface Choice {
  /** Only requests of this model, as the trace names it. */
  readonly model?: string | undefined;
  /** Only conversations that begin then or later, ms since 1970. */
  readonly sinceMs?: number | undefined;
  /** So many conversations. */
  readonly sample?: number | undefined;
  /** Another seed takes another sample. */
  readonly seed: number;
}

export interface ReplayRequest {
  readonly session: string;
  /** The session that a fork or a resumed part continues. */
  readonly parent: string | null;
  /** How the session came to be; the `root` of a conversation was started by no other. */
  readonly relation: "root" | "sub-agent" | "fork" | "resume";
  readonly provider: string | null;
  readonly model: string | null;
  /** A number for all sessions that belong together. */
  readonly conversation: number;
  /** Epoch microseconds. */
  readonly start_us: number;
  readonly end_us: number;
  /** Tokens; the prefix is part of the input. */
  readonly prefix: number;
  readonly input: number;
  readonly output: number;
  readonly output_is_final: boolean;
}

/** Steps by the reason why they are not in an export. */
export type LeftOut = Readonly<Record<string, number>>;

export interface Chosen {
  readonly conversations: ReadonlySet<number>;
  readonly leftOut: LeftOut;
}

const REQUESTS_AT_ONCE = 20_000;

export async function choose(pool: Pool, { model, sinceMs, sample, seed }: Choice): Promise<Chosen> {
  const listed = await pool.rows<{ conversation_no: number; requests: number; outcome: string }>(sqlOf("select.sql"), {
    model: model ?? null,
    since_us: sinceMs === undefined ? null : sinceMs * 1000,
    sample: sample ?? null,
    seed: String(seed),
  });
  const leftOut: Record<string, number> = { ...(await impossible(pool, model)) };
  for (const { requests, outcome } of listed) if (outcome !== "kept") leftOut[outcome] = (leftOut[outcome] ?? 0) + requests;
  return { conversations: new Set(listed.filter(({ outcome }) => outcome === "kept").map((row) => row.conversation_no)), leftOut };
}

async function impossible(pool: Pool, model: string | undefined): Promise<LeftOut> {
  const rows = await pool.rows<{ reason: string; steps: number }>(
    `-- uses: replay_requests
    SELECT coalesce(left_out, 'other_model') AS reason, count(*) AS steps
    FROM replay_requests
    WHERE left_out IS NOT NULL OR ($model::VARCHAR IS NOT NULL AND model IS DISTINCT FROM $model)
    GROUP BY reason
    ORDER BY reason`,
    { model: model ?? null },
  );
  return Object.fromEntries(rows.map(({ reason, steps }) => [reason, steps]));
}

/** In the order of time, or conversation by conversation. */
export async function* requestsOf(
  pool: Pool,
  order: "time" | "conversation",
  { conversations }: Chosen,
  model?: string,
): AsyncGenerator<ReplayRequest> {
  const last = await lastPlace(pool);
  for (let from = 1; from <= last; from += REQUESTS_AT_ONCE) {
    const batch = await pool.rows<ReplayRequest>(sqlOf("requests.sql"), { order, from, to: from + REQUESTS_AT_ONCE, model: model ?? null });
    for (const request of batch) if (conversations.has(request.conversation)) yield request;
  }
}

async function lastPlace(pool: Pool): Promise<number> {
  const [row] = await pool.rows<{ last: number | null }>("-- uses: replay_requests\nSELECT max(time_place) AS last FROM replay_requests");
  return row?.last ?? 0;
}

function sqlOf(file: string): string {
  return fs.readFileSync(new URL(file, import.meta.url), "utf8");
}

/** What the ids of its blocks depend on. */
export function prefixRequest({ session, parent, relation, provider, model, input, prefix }: ReplayRequest): PrefixRequest {
  const family = JSON.stringify([provider, model, relation === "sub-agent"]);
  return { session, parent, family, input, prefix };
}

/** Names that are not the same for everybody may name a company. */
export function modelName(name: string): string {
  return isKnownModel(name) ? name : `${modelKind(name)}-${sha256(name).slice(0, 8)}`;
}
