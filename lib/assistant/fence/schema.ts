/** The tables that SQL of a person or a model may read: columns without free text, paths and names of people. Nothing else can be named. */
import type { Pool } from "../../db/open/pool.ts";
import { quoteName } from "../../db/sql.ts";
import { didYouMean } from "../../files/did-you-mean.ts";
import { UserError } from "../../files/errors.ts";
import { isRelation, relationSql } from "../../relations/relations.ts";

export interface FencedTable {
  readonly says: string;
  readonly columns: readonly string[];
}

/** Relations have their columns explained in their files. */
export const FENCED_TABLES: Readonly<Record<string, FencedTable>> = {
  step_facts: {
    says: "Agent steps (one call of a model each): model, project, day, tokens and cost",
    columns: words(`round_pk session_id conversation_id is_helper provider model project first_us day prefix_tokens append_tokens
      write_tokens context_tokens output_tokens output_is_final cost_nano`),
  },
  step_times: {
    says: "When each step began, answered and ended",
    columns: words("round_pk first_us last_us first_output_us last_output_us request_start_us generation_us has_user_message"),
  },
  calls: {
    says: "Tool calls: tool, time, errors and sizes",
    columns: words(`round_pk tool_index session_id provider model step request_no call_no tool is_error input_chars result_chars
      emitted_us result_us wall_ms internal_ms effective_ms`),
  },
  request_costs: {
    says: "Requests of a person: what each did, took and cost",
    columns: words(`session_id request_no opening_round_pk provider model start_us end_us steps phases calls errors rework_loops
      response_us generation_us tool_us input_tokens output_tokens cost_nano unpriced_steps repair_steps repair_nano`),
  },
  session_facts: {
    says: "Sessions in numbers: time, requests, steps, calls, cost, context",
    columns: words(`session_id provider project models first_us last_us requests steps unpriced_steps calls errors rework_loops
      active_us generation_us tool_us human_us cost_nano context_tokens prefix_tokens peak_context_tokens resets output_tokens`),
  },
  sessions: {
    says: "Transcripts: which client wrote each, and which session it continues or belongs to",
    columns: words(`session_id provider relation parent_session_id client_version compaction_count first_at last_at round_count
      context_window_tokens effort ended_reason`),
  },
  session_events: {
    says: "Compactions, interrupts and API errors in the order of each transcript",
    columns: words("session_id seq timestamp kind tokens_before tokens_after trigger"),
  },
  person_waits: { says: "When an agent waited for a person", columns: words("round_pk session_id tool from_us to_us") },
  re_prefill: {
    says: "Input that was billed as new although the context held it before, and the likely cause",
    columns: words("round_pk session_id gap_us previous_context_tokens is_reset is_model_change re_prefill_tokens re_prefill_nano cause"),
  },
  context_resets: {
    says: "Steps that begin with a much smaller context than the step before",
    columns: words("round_pk session_id tokens_before tokens_after freed_tokens"),
  },
  helpers: {
    says: "Helpers (sub-agents): what each took, did and gave back",
    columns: words(`session_id parent_session_id helper_depth provider model steps unpriced_steps calls errors first_context_tokens
      peak_context_tokens context_tokens output_tokens cost_nano from_us to_us generation_us ends_failing prompt_chars returned_chars`),
  },
};

/** The schema that fenced SQL finds its tables in. */
export const FENCED_SCHEMA = "fenced";

/** What one needs to write SQL for a table. @throws UserError for an unknown table */
export function describeTable(name: string): string {
  const { says, columns } = tableOf(name);
  const lines = isRelation(name) ? explained(relationSql(name), columns) : [];
  return [`${name}: ${says}.`, `Columns: ${columns.join(", ")}`, ...lines].join("\n");
}

export function listTables(): string {
  return Object.entries(FENCED_TABLES)
    .map(([name, { says }]) => `${name}: ${says}`)
    .join("\n");
}

/**
 * Makes a table, so that fenced SQL finds it.
 * @param names whether projects have their own names; else they have pseudonyms or numbers
 */
export async function makeTable(pool: Pool, name: string, names: boolean): Promise<void> {
  const { columns } = tableOf(name);
  const hidesProject = columns.includes("project") && !names;
  const uses = [...(isRelation(name) ? [name] : []), ...(hidesProject ? ["project_labels"] : [])];
  const selected = columns.map((column) => (column === "project" && hidesProject ? LABEL : `t.${quoteName(column)}`));
  await pool.rows(`${uses.length > 0 ? `-- uses: ${uses.join(", ")}\n` : ""}CREATE OR REPLACE VIEW memory.${FENCED_SCHEMA}.${name} AS
SELECT ${selected.join(", ")} FROM memory.main.${name} AS t`);
}

/** Unknown projects keep the name that says so. */
const LABEL = `coalesce((SELECT label FROM memory.main.project_labels AS l WHERE l.project = t.project), if(t.project LIKE '<%', t.project, NULL)) AS project`;

function tableOf(name: string): FencedTable {
  const table = Object.hasOwn(FENCED_TABLES, name) ? FENCED_TABLES[name] : undefined;
  const names = Object.keys(FENCED_TABLES);
  if (table === undefined)
    throw new UserError(`Unknown table ${JSON.stringify(name)}.${didYouMean(name, names) || ` The tables are ${names.join(", ")}.`}`);
  return table;
}

/** Lines of the header that explain these columns. */
function explained(sql: string, columns: readonly string[]): string[] {
  const kept: string[] = [];
  let isKept = false;
  for (const line of sql.split("\n").flatMap((each) => /^--(\s.*)?$/.exec(each)?.[1] ?? [])) {
    const named = /^ {3}(\w+(?:, \w+)*)(?:\s|,|$)/.exec(line)?.[1]?.split(", ");
    if (named) isKept = named.some((name) => columns.includes(name));
    else if (!/^ {4}/.test(line)) isKept = /^ Grain:/.test(line);
    if (isKept) kept.push(line.trim());
  }
  return kept;
}

function words(text: string): string[] {
  return text.split(/\s+/);
}
