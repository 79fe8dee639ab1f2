/** The tables. */
import { type Column, streamedTable, type Table, table } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import type { Group, Recovery } from "./episodes.ts";
import { stepsUntil } from "./survival.ts";

export function tablesOf(recovery: Recovery): Table[] {
  return [summaryTable(recovery), outcomesTable(recovery), movesTable(recovery), survivalTable(recovery), episodesTable()];
}

const GROUP_COLUMNS = {
  provider: { of: ({ provider }) => provider, says: "`all`, or the provider; `<unknown-provider>` when missing" },
  tool: { of: ({ tool }) => tool, says: "Tool; empty: any" },
  kind: {
    of: ({ part }) => part,
    says: "`failed`: all calls that are marked as an error, which are one of `error`, `denied` (by a person) and `poll` (a wait that fails with what it waits for); `empty search`: Grep or Glob found nothing",
  },
} satisfies Record<string, Column<Group>>;

const MEMBER_COLUMNS = {
  provider: { ...GROUP_COLUMNS.provider, of: ({ group }) => group.provider },
  tool: { ...GROUP_COLUMNS.tool, of: ({ group }) => group.tool },
  kind: { ...GROUP_COLUMNS.kind, of: ({ group }) => group.part },
} satisfies Record<string, Column<{ readonly group: Group }>>;

function summaryTable({ scopes, tools, bill }: Recovery): Table {
  const of = (outcome: keyof Group["by"]) => (group: Group) => ratio(group.by[outcome], group.episodes);
  return table(
    "error_recovery_summary",
    [...scopes, ...tools],
    {
      ...GROUP_COLUMNS,
      calls: { says: "Calls in requests; of an empty search, searches that are not marked as an error", unit: "calls" },
      errors: { of: ({ failures }) => failures, says: "Those that failed in this way", unit: "calls" },
      error_rate: { of: ({ failures, calls }) => ratio(failures, calls), says: "Share of the calls", unit: "share" },
      unknown_rate: {
        of: ({ unknown, calls }) => ratio(unknown, calls),
        says: "Calls whose status is not known, which count neither as failed nor as working",
        unit: "share",
      },
      episodes: { says: "From the first failure of a tool in a request until it works again or the request ends", unit: "episodes" },
      recovered_share: {
        of: of("recovered"),
        says: "Episodes in which the tool worked again in a later step of the request",
        unit: "share",
      },
      recovered_unknown: {
        of: ({ unknownLater }) => unknownLater,
        says: "Episodes that are not among these, but a later call of the tool has an unknown status",
        unit: "episodes",
      },
      km_p50_steps: {
        of: ({ curve }) => stepsUntil(0.5, curve),
        says: "Steps after which half have recovered, by the curve of `error_survival`; empty where it ends before",
        unit: "steps",
      },
      km_p90_steps: { of: ({ curve }) => stepsUntil(0.9, curve), says: "The same for 90 %", unit: "steps" },
      p50_steps: { of: ({ p50 }) => p50.steps, says: "Median steps of the recovered episodes alone", unit: "steps" },
      p50_seconds: { of: ({ p50 }) => p50.seconds, says: "Their median time from the failed result to the call that worked", unit: "s" },
      p50_agent_seconds: { of: ({ p50 }) => p50.agent, says: "The same without waits for a person", unit: "s" },
      switched_share: { of: of("switched"), says: "Episodes that went on with other tools and never came back to this one", unit: "share" },
      interrupted_share: {
        of: of("interrupted"),
        says: "Episodes after which the next step began with a message of the user",
        unit: "share",
      },
      edit_share: {
        of: ({ edits, episodes }) => ratio(edits, episodes),
        says: "Episodes with an edit of a file before they ended",
        unit: "share",
      },
      repair_steps: {
        of: ({ repair }) => repair.steps,
        says: "Steps from after a failure to the recovery, or one if there is none",
        unit: "steps",
      },
      repair_tokens: { of: ({ repair }) => repair.tokens, says: "Their input and output", unit: "tokens" },
      repair_usd: { of: ({ repair }) => repair.nano / 1e9, says: "Their cost", unit: "USD" },
      repair_share: { of: ({ repair }) => ratio(repair.nano, bill.nano), says: "That as a share of the cost of all steps", unit: "share" },
      unpriced_repair_steps: { of: ({ repair }) => repair.unpriced, says: "Repair steps without a price, not in the cost", unit: "steps" },
      touched_requests: { of: ({ touched }) => touched?.requests ?? null, says: "Requests in which a call failed", unit: "requests" },
      touched_usd: {
        of: ({ touched }) => touched && touched.nano / 1e9,
        says: "Their whole cost, which agent-strace counts as wasted",
        unit: "USD",
      },
    },
    {
      title: "Failures and recoveries",
      caption: "One row per kind for everything and each provider, then one per tool that failed. Only calls in requests count.",
    },
  );
}

function outcomesTable({ scopes, tools }: Recovery): Table {
  const rows = [...scopes, ...tools].flatMap((group) =>
    Object.entries(group.by).flatMap(([outcome, episodes]) => (episodes > 0 ? [{ group, outcome, episodes }] : [])),
  );
  return table(
    "error_outcomes",
    rows,
    {
      ...MEMBER_COLUMNS,
      outcome: {
        says: "`recovered`; else `switched` to other tools, `asked` a person, `interrupted` by one, `ended` without a call, `open`: the session ends with the failure",
      },
      episodes: { says: "Episodes", unit: "episodes" },
      share: { of: ({ group, episodes }) => episodes / group.episodes, says: "Share of the group's episodes", unit: "share" },
    },
    { title: "How episodes ended", caption: "One row per group and outcome." },
  );
}

function movesTable({ scopes, tools }: Recovery): Table {
  const rows = [...scopes, ...tools].flatMap((group) => group.moves.map((move) => ({ group, ...move })));
  return table(
    "error_next_moves",
    rows,
    {
      ...MEMBER_COLUMNS,
      next_move: {
        of: ({ move }) => move,
        says: "First call of the step that saw the failure: the `same tool` with the same input (of equal length where inputs are not known) or an altered one, `read`, `edit`, `run`, `other`, `none`; `user`: that step belongs to another request; `end`: there is none",
      },
      episodes: { says: "Episodes", unit: "episodes" },
      share: { of: ({ group, episodes }) => episodes / group.episodes, says: "Share of the group's episodes", unit: "share" },
      recovered_share: { of: ({ recovered, episodes }) => recovered / episodes, says: "Share of these that recovered", unit: "share" },
    },
    { title: "What agents do next", caption: "One row per group and next move." },
  );
}

function survivalTable({ scopes, tools }: Recovery): Table {
  const rows = [...scopes.filter(({ provider }) => provider !== ALL), ...tools].flatMap((group) =>
    group.curve.map((point) => ({ group, ...point })),
  );
  return table(
    "error_survival",
    rows,
    {
      ...MEMBER_COLUMNS,
      steps: { says: "Steps after the failure", unit: "steps" },
      at_risk: { of: ({ atRisk }) => atRisk, says: "Episodes that have neither recovered nor ended before", unit: "episodes" },
      recovered: { says: "Those that recover in this step", unit: "episodes" },
      survival: { says: "Share that has not recovered after so many steps, estimated (Kaplan-Meier)", unit: "share" },
      lo95: { of: ({ lo }) => lo, says: "Low end of its 95 % interval (Greenwood)", unit: "share" },
      hi95: { of: ({ hi }) => hi, says: "High end", unit: "share" },
    },
    {
      title: "Recovery curves",
      caption:
        "One row per group and number of steps up to `--horizon-steps`. An episode that ends without a recovery counts as long as it lasts.",
    },
  );
}

function episodesTable(): Table {
  const between = (what: string) => ({ says: `Calls that ${what} between the failure and its end`, unit: "calls" });
  return streamedTable(
    "error_episodes",
    { query: "episodes.sql" },
    {
      provider: { says: PROVIDER_COLUMN.says },
      session_id: { says: "Session" },
      request_no: { says: "Request of the session, from 1" },
      tool: { says: "Tool that failed" },
      kind: { says: "`error`, `denied`, `poll` or `empty search`, as in `error_recovery_summary`" },
      first_step: { says: "Step of the first failure, from 1 within the session" },
      attempts: { says: "Failed calls of the episode", unit: "calls" },
      outcome: { says: "As in `error_outcomes`" },
      unknown_later: { says: "Not recovered, but a later call of the tool has an unknown status" },
      next_move: { says: "As in `error_next_moves`" },
      steps_to_recovery: { says: "Steps to the one in which the tool worked; empty where it never did", unit: "steps" },
      seconds_to_recovery: {
        says: "From the failed result to the call that worked; empty where times are missing or not in order",
        unit: "s",
      },
      agent_seconds: { says: "The same without waits for a person", unit: "s" },
      reads_between: between("read, searched or fetched"),
      edits_between: between("edited files"),
      runs_between: between("ran in a shell"),
      others_between: between("did other things"),
      repair_steps: { says: "Steps from after a failure to the recovery, or one if there is none; each counts once", unit: "steps" },
      repair_tokens: { says: "Their input and output", unit: "tokens" },
      repair_usd: { says: "Their cost", unit: "USD" },
      unpriced_repair_steps: { says: "Repair steps without a price, not in the cost", unit: "steps" },
    },
    { title: "Every episode", caption: "One row per episode." },
  );
}
