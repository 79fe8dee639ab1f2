/** The accounts as tables and as a report. */
import { query, type RowOf, type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import { auditReport, type Check } from "../../../lib/trace/checks.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import { type Account, REASONS, type Reason, totalOf } from "./audit.ts";

export const FIRST_EVENTS = query("first-events.sql", { provider: "text", event_type: "text", steps: "number" });

export const DROPPED_REQUESTS = query("dropped.sql", {
  reason: ["no_output", "nonpositive"],
  provider: "text",
  session_id: "text",
  line: "number",
  row_id: "text",
  start: "text",
  events: "text",
  closing_order: "number",
});

export interface Audit {
  readonly accounts: readonly Account[];
  readonly firsts: readonly RowOf<typeof FIRST_EVENTS>[];
  readonly dropped: readonly RowOf<typeof DROPPED_REQUESTS>[];
}

export const REASON_WORDS: Readonly<Record<Reason, string>> = {
  missing_session: "no session",
  no_model_output: "no timed output in the step",
  no_parseable_user_timestamp: "message without a time",
  user_after_first_model_output: "message after the first output",
};

const PROVIDER_OR_ALL = { ...PROVIDER_COLUMN, says: "Provider, `all` for all of them; `<unknown-provider>` when missing" };

export function auditTables({ accounts, firsts, dropped }: Audit): Table[] {
  const rows = [...accounts, totalOf(accounts)];
  return [countsTable(rows), visibleTable(rows), reasonsTable(accounts), firstsTable(firsts), droppedTable(dropped)];
}

function countsTable(accounts: readonly Account[]): Table {
  return table(
    "response_counts",
    accounts,
    {
      provider: PROVIDER_OR_ALL,
      response_triggering_user_rows: { of: ({ triggers }) => triggers, says: "Steps that open a request", unit: "steps" },
      response_samples: { of: ({ samples }) => samples, says: "Requests with a response time above 0", unit: "requests" },
      dropped_no_output: { says: "Requests without an output", unit: "requests" },
      dropped_nonpositive: { says: "Requests whose last output did not come after the message", unit: "requests" },
      closed_by_next_user: {
        of: ({ closed_next }) => closed_next,
        says: "Samples that ended when the next request of the session opened",
        unit: "requests",
      },
      closed_by_eof: { of: ({ closed_eof }) => closed_eof, says: "Samples that were the last of their session", unit: "requests" },
    },
    {
      title: "Requests and samples",
      caption: "One row per provider, then all: how many steps open a request, and how the requests ended.",
    },
  );
}

function visibleTable(accounts: readonly Account[]): Table {
  return table(
    "visible_user_rows",
    accounts,
    {
      provider: PROVIDER_OR_ALL,
      visible_user_rows: { of: ({ visible }) => visible, says: "Steps with an event of type user_message", unit: "steps" },
      response_triggering_user_rows: { of: ({ triggers }) => triggers, says: "Of these, steps that open a request", unit: "steps" },
      non_trigger_rows: { of: ({ visible, triggers }) => visible - triggers, says: "Of these, steps that do not", unit: "steps" },
    },
    {
      title: "Steps that show a user message",
      caption: "One row per provider, then all: how many steps show a message, and how many of them open a request.",
    },
  );
}

function reasonsTable(accounts: readonly Account[]): Table {
  return table(
    "non_trigger_reasons",
    reasonsOf(accounts),
    {
      provider: PROVIDER_COLUMN,
      reason: { says: "Why the step opens no request" },
      rows: { says: "Steps with this reason", unit: "steps" },
    },
    { title: "Why a message opens no request", caption: "One row per provider and reason that occurs." },
  );
}

function firstsTable(firsts: Audit["firsts"]): Table {
  return table(
    "first_event_types",
    firsts,
    {
      provider: PROVIDER_COLUMN,
      event_type: { says: "Type of the event that the step lists first; `<no-type>` when it has none" },
      steps: { says: "Steps that begin with it", unit: "steps" },
    },
    {
      title: "First events of steps",
      caption: "One row per provider and type of the event listed first. Steps without events are left out.",
    },
  );
}

function droppedTable(dropped: Audit["dropped"]): Table {
  return table(
    "dropped_requests",
    dropped,
    {
      reason: { says: "`no_output` or `nonpositive` (the last output did not come after the message)" },
      provider: PROVIDER_COLUMN,
      session_id: { says: "Session" },
      line: { says: "Position in the trace of the step that opens the request, from 1" },
      row_id: { says: "Id of that step, `line:<line>` when it has none" },
      start: { says: "Time of the user's message, UTC" },
      events: { says: "Types of that step's events in list order, separated by spaces" },
    },
    { title: "Requests without a sample", caption: "The first 20, in the order in which they end." },
  );
}

export function auditText({ accounts, firsts, dropped }: Audit, checks: readonly Check[]): TextDocument {
  const rows = [...accounts, totalOf(accounts)];
  const reasons = reasonsOf(accounts);
  const section = (heading: string, header: string[], cells: string[][], lefts = 1) => [
    `## ${heading}`,
    cells.length === 0
      ? "There are none."
      : markdownTable({ header, align: header.map((_, i) => (i < lefts ? "left" : "right")), rows: cells }),
  ];
  return auditReport(
    [
      "# From user messages to response times",
      "A step opens a request when one of its user messages came at or before its first output. The request lasts until the last output before the next one of its session, and is a sample of the response time when that took some time.",
      ...section(
        "Requests and samples",
        [
          "provider",
          "response-triggering steps",
          "samples",
          "dropped: no output",
          "dropped: took no time",
          "closed by next",
          "closed by end",
        ],
        rows.map((each) => [
          each.provider,
          ...[each.triggers, each.samples, each.dropped_no_output, each.dropped_nonpositive, each.closed_next, each.closed_eof].map(
            (count) => grouped(count),
          ),
        ]),
      ),
      ...section(
        "Steps that show a user message",
        ["provider", "visible", "open a request", "do not", "share that does"],
        rows.map(({ provider, visible, triggers }) => [
          provider,
          ...[visible, triggers, visible - triggers].map((count) => grouped(count)),
          visible === 0 ? "" : sharePercent(triggers / visible, 1),
        ]),
      ),
      ...section(
        "Why a message opens no request",
        ["provider", "reason", "meaning", "steps"],
        reasons.map(({ provider, reason, rows }) => [provider, reason, REASON_WORDS[reason], grouped(rows)]),
        3,
      ),
      ...section(
        "What steps begin with",
        ["provider", "first event", "steps"],
        firsts.map(({ provider, event_type, steps }) => [provider, event_type, grouped(steps)]),
        2,
      ),
      ...section(
        "Requests that give no sample (the first 20)",
        ["reason", "provider", "session", "line", "step", "start", "events"],
        dropped.map((each) => [each.reason, each.provider, each.session_id, String(each.line), each.row_id, each.start, each.events]),
        7,
      ),
    ],
    checks,
  );
}

function reasonsOf(accounts: readonly Account[]): { provider: string; reason: Reason; rows: number }[] {
  return accounts.flatMap((account) =>
    REASONS.map((reason) => ({ provider: account.provider, reason, rows: account[reason] })).filter(({ rows }) => rows > 0),
  );
}
