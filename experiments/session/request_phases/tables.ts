/** The tables. */
import { streamedTable, type Table, table } from "../../../lib/experiment.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import { STEP_ACTIVITIES, STEP_ACTIVITY_SAYS } from "../../../lib/trace/step-activities.ts";
import type { Group, Measured, Requests } from "./measure.ts";
import { partsOf } from "./parts.ts";

export function tablesOf({ groups }: Requests, minRequests: number): Table[] {
  return [requestsTable(), phasesTable(), summaryTable(groups, minRequests), activitiesTable(groups)];
}

const MODEL_SAYS = "Model of the first step of the request";
const COST_SAYS = "Cost of its steps at list prices; empty when none has a price";

function requestsTable(): Table {
  return streamedTable(
    "requests",
    { query: "requests.sql" },
    {
      provider: { says: PROVIDER_COLUMN.says },
      session_id: { says: "Session" },
      request_no: { says: "1, 2, … within the session" },
      published_request_no: {
        says: "The request of its first step by the published rule, which sees none in a step that holds nothing but a user message; 0: none",
      },
      model: { says: MODEL_SAYS },
      started_at: { says: "Time of the user message, UTC" },
      steps: { says: "Agent steps", unit: "steps" },
      phases: { says: "Runs of steps that do the same", unit: "phases" },
      calls: { says: "Tool calls", unit: "calls" },
      errors: { says: "Those that failed", unit: "calls" },
      unknown_status: { says: "Those whose status is not known, which count as neither failed nor successful", unit: "calls" },
      rework_loops: { says: "Times that the agent edits again after an edit and at least one shell command", unit: "loops" },
      one_shot: { says: "Edits without a rework loop; empty without an edit" },
      edit_steps: { says: "Steps with an edit; empty without one", unit: "steps" },
      looping_edit_steps: { says: "Those that hold a whole loop: where burn looks for retries", unit: "steps" },
      e2e_s: { says: "From the user message to the latest output; empty when unknown", unit: "s" },
      generation_s: { says: "Generation of its steps", unit: "s" },
      tool_s: { says: "Wall time of its calls, added up where they ran at once; waits for approvals are part of it", unit: "s" },
      input_tokens: { says: "Input, cached or not", unit: "tokens" },
      output_tokens: { says: "Output as logged", unit: "tokens" },
      cost_usd: { says: COST_SAYS, unit: "USD" },
      unpriced_steps: { says: "Steps without a price, which cost nothing here", unit: "steps" },
      repair_steps: { says: "Steps in an error window", unit: "steps" },
      repair_tokens: { says: "Their input and output", unit: "tokens" },
      repair_usd: { says: "Their cost", unit: "USD" },
      repair_s: { says: "Their generation, and the wall time of failed calls", unit: "s" },
      touched_by_error: { says: "A call of the request failed" },
      touched_usd: { says: "The whole cost if a call failed, else 0: what agent-strace counts as wasted", unit: "USD" },
      verify_calls: { says: "Commands that run tests; empty where commands are not known", unit: "calls" },
      revert_calls: { says: "Git commands that take back changes; empty where commands are not known", unit: "calls" },
      files_edited: { says: "Different files of edits; empty where they are not known", unit: "files" },
      docs_only: { says: "All edits are of documents, by the names of their files; empty without edits or where these are not known" },
    },
    { title: "Requests", caption: "One row per request, by provider and session." },
  );
}

function phasesTable(): Table {
  return streamedTable(
    "request_phases",
    { query: "phases.sql" },
    {
      session_id: { says: "Session" },
      request_no: { says: "Request of the session" },
      phase: { says: "1, 2, … within the request" },
      activity: { says: STEP_ACTIVITY_SAYS },
      first_step: { says: "Its first step, within the session" },
      steps: { says: "Agent steps", unit: "steps" },
      calls: { says: "Tool calls", unit: "calls" },
      errors: { says: "Those that failed", unit: "calls" },
      repair_steps: { says: "Steps in an error window", unit: "steps" },
      start_s: { says: "After the user message; empty when unknown", unit: "s" },
      duration_s: { says: "From the last input of its first step to that of the next phase; the phases fill the request", unit: "s" },
      human_s: { says: "The part in which the agent waited for a person, as far as calls show it", unit: "s" },
      input_tokens: { says: "Input, cached or not", unit: "tokens" },
      output_tokens: { says: "Output as logged", unit: "tokens" },
      cost_usd: { says: COST_SAYS, unit: "USD" },
    },
    { title: "Phases of requests", caption: "One row per phase, in order. Costs and times of phases add up to those of the request." },
  );
}

const QUANTILES = { p50: 0.5, p90: 0.9, p99: 0.99 } as const;

function summaryTable(groups: readonly Group[], minRequests: number): Table {
  const spread = (column: Measured, says: string, unit: string) =>
    Object.fromEntries(
      Object.entries(QUANTILES).map(([name, share]) => [
        `${name}_${column}`,
        { of: (group: Group) => quantileNumpy(group.spread(column)?.ascending ?? [], share), says: `${name} of ${says}`, unit },
      ]),
    );
  const bound = (of: (group: Group) => { readonly lo: number; readonly hi: number } | null, says: string) => ({
    lo: {
      of: (group: Group) => of(group)?.lo ?? null,
      says: `Lower end of the 95% interval of ${says}; empty for one session`,
      unit: "share",
    },
    hi: { of: (group: Group) => of(group)?.hi ?? null, says: "Its upper end", unit: "share" },
  });
  const [repair, touched, oneShot] = [
    bound(({ intervals }) => intervals.repair, "repair_share"),
    bound(({ intervals }) => intervals.touched, "touched_share"),
    bound(({ intervals }) => intervals.oneShot, "one_shot_rate"),
  ];
  return table(
    "request_summary",
    groups,
    {
      provider: { says: `${PROVIDER_COLUMN.says}; \`all\` for every request` },
      model: { says: `${MODEL_SAYS}; \`all\` for any` },
      small_sample: { of: ({ requests }) => requests < minRequests, says: "Fewer than `--min-requests`" },
      requests: { says: "Requests", unit: "requests" },
      with_error: { says: "Those in which a call failed", unit: "requests" },
      unpublished: { says: "Those that the published rule does not see", unit: "requests" },
      calls: { says: "Tool calls", unit: "calls" },
      errors: { says: "Those that failed", unit: "calls" },
      unknown_status: { of: ({ unknown }) => unknown, says: "Those whose status is not known", unit: "calls" },
      steps: { says: "Agent steps", unit: "steps" },
      unpriced_steps: { says: "Those without a price, which cost nothing here", unit: "steps" },
      cost_usd: { of: ({ nano }) => nano / 1e9, says: "Cost at list prices", unit: "USD" },
      touched_usd: { of: ({ touched_nano }) => touched_nano / 1e9, says: "Cost of requests in which a call failed, whole", unit: "USD" },
      repair_usd: { of: ({ repair_nano }) => repair_nano / 1e9, says: "Cost of the steps in error windows", unit: "USD" },
      touched_share: { of: ({ touched_nano, nano }) => ratio(touched_nano, nano), says: "touched_usd / cost_usd", unit: "share" },
      touched_share_lo: touched.lo,
      touched_share_hi: touched.hi,
      repair_share: { of: ({ repair_nano, nano }) => ratio(repair_nano, nano), says: "repair_usd / cost_usd", unit: "share" },
      repair_share_lo: repair.lo,
      repair_share_hi: repair.hi,
      tokens: { says: "Input and output", unit: "tokens" },
      touched_tokens: { says: "Those of requests in which a call failed", unit: "tokens" },
      repair_tokens: { says: "Those of steps in error windows", unit: "tokens" },
      e2e_s: { of: ({ lasting_us }) => lasting_us / 1e6, says: "Time of the requests, where it is known", unit: "s" },
      touched_s: {
        of: ({ touched_us }) => touched_us / 1e6,
        says: "Time of requests in which a call failed, whole: what agent-strace counts as wasted",
        unit: "s",
      },
      repair_s: { of: ({ repair_us }) => repair_us / 1e6, says: "Generation in error windows, and wall time of failed calls", unit: "s" },
      edit_requests: { says: "Requests with an edit", unit: "requests" },
      one_shot_rate: {
        of: ({ one_shot, edit_requests }) => ratio(one_shot, edit_requests),
        says: "Share of them without a rework loop",
        unit: "share",
      },
      one_shot_rate_lo: oneShot.lo,
      one_shot_rate_hi: oneShot.hi,
      rework_loops_per_edit_request: {
        of: ({ loops, edit_requests }) => ratio(loops, edit_requests),
        says: "Rework loops per request with an edit",
      },
      burn_one_shot_rate: {
        of: ({ looping_edit_steps, edit_steps }) => ratio(edit_steps - looping_edit_steps, edit_steps),
        says: "Share of steps with an edit that hold no whole loop: burn's rule, which looks inside a step alone",
        unit: "share",
      },
      ...spread("cost_usd", "the cost of a request", "USD"),
      ...spread("steps", "the steps of a request", "steps"),
      ...spread("e2e_s", "the time of a request", "s"),
    },
    {
      title: "Requests by provider and model",
      caption: "One row for all requests, each provider, and each provider and model; the most tokens first.",
    },
  );
}

function activitiesTable(groups: readonly Group[]): Table {
  const rows = groups.flatMap((group) => STEP_ACTIVITIES.map((activity) => ({ group, activity, ...partsOf(group, activity) })));
  return table(
    "request_activities",
    rows.filter(({ steps }) => steps > 0),
    {
      provider: { of: ({ group }) => group.provider, says: `${PROVIDER_COLUMN.says}; \`${ALL}\` for every request` },
      model: { of: ({ group }) => group.model, says: `${MODEL_SAYS}; \`${ALL}\` for any` },
      activity: { says: STEP_ACTIVITY_SAYS },
      phases: { says: "Phases", unit: "phases" },
      steps: { says: "Agent steps", unit: "steps" },
      calls: { says: "Tool calls", unit: "calls" },
      errors: { says: "Those that failed", unit: "calls" },
      cost_usd: { of: ({ nano }) => nano / 1e9, says: "Cost at list prices", unit: "USD" },
      cost_share: { of: ({ group, nano }) => ratio(nano, group.nano), says: "Share of the cost of the group's requests", unit: "share" },
      tokens: { says: "Input and output", unit: "tokens" },
      token_share: { of: ({ group, tokens }) => ratio(tokens, group.tokens), says: "Share of their tokens", unit: "share" },
      time_s: { of: ({ lasting_us }) => lasting_us / 1e6, says: "Time, where it is known, waits for a person included", unit: "s" },
      human_s: { of: ({ human_us }) => human_us / 1e6, says: "The part in which the agent waited for a person", unit: "s" },
      time_share: {
        of: ({ group, lasting_us }) => ratio(lasting_us, group.lasting_us),
        says: "Share of the time of the group's requests",
        unit: "share",
      },
    },
    { title: "Activities", caption: "One row per group of requests and activity; what phases of the activity add up to." },
  );
}
