/** The accounts as tables for machines and as one report for readers. */

import type { Row, Table, TextDocument } from "../../../lib/experiment.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { auditReport, type Check } from "../../../lib/trace/checks.ts";
import { type Account, REASONS, type Reason, totalOf } from "./audit.ts";

export interface FirstEvents extends Row {
  readonly provider: string;
  readonly event_type: string;
  readonly steps: number;
}

export interface DroppedRequest extends Row {
  readonly reason: string;
  readonly provider: string;
  readonly session_id: string;
  readonly line: number;
  readonly row_id: string;
  readonly start: string;
  readonly events: string;
}

export interface Audit {
  readonly accounts: readonly Account[];
  readonly firsts: readonly FirstEvents[];
  readonly dropped: readonly DroppedRequest[];
}

export const REASON_WORDS: Readonly<Record<Reason, string>> = {
  missing_session: "no session",
  no_model_output: "no timed output in the step",
  no_parseable_user_timestamp: "message without a time",
  user_after_first_model_output: "message after the first output",
};

export function auditTables({ accounts, firsts, dropped }: Audit): Table[] {
  const rows = [...accounts, totalOf(accounts)];
  return [
    {
      name: "response_counts",
      title: "Requests and samples",
      caption: "One row per provider, then all: how many steps open a request, and how the requests ended.",
      columns: [
        "provider",
        "response_triggering_user_rows",
        "response_samples",
        "dropped_no_output",
        "dropped_nonpositive",
        "closed_by_next_user",
        "closed_by_eof",
      ],
      rows: rows.map((each) => ({
        provider: each.provider,
        response_triggering_user_rows: each.triggers,
        response_samples: each.samples,
        dropped_no_output: each.dropped_no_output,
        dropped_nonpositive: each.dropped_nonpositive,
        closed_by_next_user: each.closed_next,
        closed_by_eof: each.closed_eof,
      })),
    },
    {
      name: "visible_user_rows",
      title: "Steps that show a user message",
      caption: "One row per provider, then all: how many show one, and how many of them open a request.",
      columns: ["provider", "visible_user_rows", "response_triggering_user_rows", "non_trigger_rows"],
      rows: rows.map(({ provider, visible, triggers }) => ({
        provider,
        visible_user_rows: visible,
        response_triggering_user_rows: triggers,
        non_trigger_rows: visible - triggers,
      })),
    },
    {
      name: "non_trigger_reasons",
      title: "Why a message opens no request",
      caption: "One row per provider and reason that occurs.",
      columns: ["provider", "reason", "rows"],
      rows: reasonsOf(accounts).map(({ provider, reason, rows }) => ({ provider, reason, rows })),
    },
    {
      name: "first_event_types",
      title: "What steps begin with",
      caption: "One row per provider and type of the event listed first; steps without events are left out.",
      columns: ["provider", "event_type", "steps"],
      rows: firsts,
    },
    {
      name: "dropped_requests",
      title: "Requests that give no sample",
      caption: "The first 20 in the order in which they end. `line` counts steps of the trace from 1.",
      columns: ["reason", "provider", "session_id", "line", "row_id", "start", "events"],
      rows: dropped,
    },
  ];
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
          visible === 0 ? "" : percent(triggers / visible, 1),
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
