/** The tables. */
import { streamedTable, type Table, table } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import { expectedAt, type Interruptions, messagesAt } from "./measure.ts";

export function tablesOf(interruptions: Interruptions): Table[] {
  return [
    marksTable(interruptions),
    summaryTable(interruptions),
    requestsTable(interruptions),
    curveTable(interruptions),
    waitsTable(interruptions),
    lengthsTable(interruptions),
  ];
}

const KIND = {
  says: "`interrupt`, `cut`, `steer`, `denied`, `nudge`, or `length_only`: a text with the length of an interrupt and nothing else that shows one",
};

function marksTable({ params }: Interruptions): Table {
  return streamedTable(
    "interventions",
    { query: "interventions.sql", params },
    {
      provider: { says: PROVIDER_COLUMN.says },
      session_id: { says: "Session" },
      request_no: { says: "Request of the step where it is logged; 0 before the first" },
      step: { says: "That step, from 1 within the session" },
      at: { says: "When, UTC; of a cut, when the next request began" },
      kind: KIND,
      evidence: { says: "What shows it" },
      is_counted: { says: "False for a denial that is the same act as an interrupt" },
      first_in_session: { says: "1 for the first of its kind in the session" },
      steps_since_request: { says: "Steps of the request that was disturbed, up to then", unit: "steps" },
      active_s_since_request: { says: "Its active time up to then", unit: "s" },
      stopped_tokens: { says: "Input and output of the step that was stopped", unit: "tokens" },
      stopped_usd: { says: "What that step cost; empty when nothing was stopped, or without a price", unit: "USD" },
    },
    { title: "Interventions", caption: "One row per mark, in the order of sessions. One act may carry several marks." },
  );
}

function summaryTable(interruptions: Interruptions): Table {
  const { kinds, requests, signature } = interruptions;
  const requestsOf = (provider: string) => requests.find((each) => each.provider === provider)?.requests ?? 0;
  const expected = expectedAt(signature.generating, interruptions) + expectedAt(signature.tool, interruptions);
  return table(
    "intervention_summary",
    kinds,
    {
      provider: PROVIDER_COLUMN,
      kind: KIND,
      events: { says: "Acts: a denial that is the same as an interrupt is left out", unit: "events" },
      marks: { says: "All marks of the kind", unit: "events" },
      per_100_requests: {
        of: ({ provider, events }) => ratio(100 * events, requestsOf(provider)),
        says: "Events per 100 requests",
        unit: "events",
      },
      sessions_with: { of: ({ sessions }) => sessions, says: "Sessions with such a mark", unit: "sessions" },
      p50_steps_before: { of: ({ p50_steps }) => p50_steps, says: "Median of the steps of the request up to then", unit: "steps" },
      stopped_tokens: { says: "Input and output of the steps that were stopped", unit: "tokens" },
      stopped_usd: { says: "Their cost at list prices; steps without a price are left out", unit: "USD" },
      expected_accidental: {
        of: ({ kind }) => (kind === "length_only" ? expected : null),
        says: "Messages of the two lengths that would be there without interrupts, by the lengths around them",
        unit: "events",
      },
    },
    { title: "Interventions by kind", caption: "One row per provider and kind. Kinds overlap, so they don't add up." },
  );
}

function requestsTable({ requests, tools }: Interruptions): Table {
  const hours = (provider: string) =>
    sumOf(
      tools.filter((each) => each.provider === provider),
      (each) => each.hours,
    );
  return table(
    "interrupted_requests",
    requests,
    {
      provider: PROVIDER_COLUMN,
      requests: { says: "Requests of people", unit: "requests" },
      stopped: { says: "Those that were cut, interrupted or steered", unit: "requests" },
      stopped_share: { of: ({ stopped, requests: all }) => ratio(stopped, all), says: "Their share", unit: "share" },
      response_hours: { of: ({ response_s }) => response_s / 3_600, says: "Time from user messages to the last output", unit: "h" },
      approval_hours: { of: ({ human_s }) => human_s / 3_600, says: "Waits for a person within that time, added up over calls", unit: "h" },
      approval_share: {
        of: ({ human_s, response_s }) => ratio(human_s, response_s),
        says: "approval_hours / response_hours",
        unit: "share",
      },
      all_approval_hours: {
        of: ({ provider }) => hours(provider),
        says: "Waits of all calls, those of helpers and outside requests included",
        unit: "h",
      },
    },
    { title: "Requests and approvals", caption: "One row per provider." },
  );
}

function curveTable({ curve }: Interruptions): Table {
  return table(
    "autonomy_curve",
    curve,
    {
      provider: PROVIDER_COLUMN,
      unit: { says: "`steps`, or `active_s`: active seconds" },
      x: { says: "After so many steps, or seconds, of a request" },
      at_risk: { says: "Requests that were followed so long", unit: "requests" },
      events: { says: "Those that were stopped then", unit: "requests" },
      undisturbed: { says: "Share that was not stopped by then (Kaplan-Meier)", unit: "share" },
      lo95: { says: "Lower end of its 95% interval (Greenwood)", unit: "share" },
      hi95: { says: "Upper end", unit: "share" },
      cuts: { says: "Requests that were cut then; by steps alone", unit: "requests" },
      uncut: { says: "Share that was not cut by then, whatever else happened", unit: "share" },
    },
    { title: "How far requests get undisturbed", caption: "One row per provider, unit and place." },
  );
}

function waitsTable({ tools }: Interruptions): Table {
  return table(
    "approval_waits",
    tools,
    {
      provider: PROVIDER_COLUMN,
      tool: { says: "Tool" },
      calls: { says: "Calls with a known duration", unit: "calls" },
      waits: { says: "Those that waited for a person", unit: "calls" },
      wait_share: { of: ({ waits, calls }) => ratio(waits, calls), says: "Their share", unit: "share" },
      p50_s: { says: "Median wait", unit: "s" },
      p90_s: { says: "90th percentile", unit: "s" },
      hours: { says: "All waits added up", unit: "h" },
      hours_over_5_min: { of: ({ long_hours }) => long_hours, says: "Those of more than five minutes", unit: "h" },
    },
    { title: "Waits for a person by tool", caption: "One row per provider and tool with a wait, the most hours first." },
  );
}

function lengthsTable(interruptions: Interruptions): Table {
  const { lengths, signature } = interruptions;
  const texts = [
    { text: "while it generates", chars: signature.generating },
    { text: "while a tool runs", chars: signature.tool },
  ];
  return table(
    "interrupt_lengths",
    texts,
    {
      text: { says: "When Claude Code logs the text" },
      chars: { says: "Its length", unit: "characters" },
      messages: { of: ({ chars }) => messagesAt(chars, lengths), says: "Claude's messages of this length", unit: "messages" },
      expected: {
        of: ({ chars }) => expectedAt(chars, interruptions),
        says: "Mean of the lengths up to 5 characters away",
        unit: "messages",
      },
    },
    { title: "Messages with the length of an interrupt", caption: "One row per text." },
  );
}
