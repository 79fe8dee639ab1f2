/** The formulas as tables and as a report. */
import { type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { auditReport, type Check } from "../../../lib/trace/checks.ts";
import type { Formula, Latency, Sums } from "./formula.ts";

const PROVIDER = {
  of: ({ provider }: { readonly provider: string }) => provider,
  says: "Provider of the step that opens the request; `all` for all requests, `<unknown-provider>` when missing",
};

export function sumsTable(sums: readonly Sums[]): Table {
  return table(
    "e2e_sums",
    sums,
    {
      provider: PROVIDER,
      turns: { says: "Requests with a response time above 0", unit: "requests" },
      dropped: { says: "Requests with a response time of 0, which are left out", unit: "requests" },
      e2e_s: { says: "Response times", unit: "s" },
      rows: { says: "Steps", unit: "steps" },
      generation_rows: { says: "Steps with a generation span", unit: "steps" },
      generation_s: { says: "Generation spans", unit: "s" },
      tool_calls: { says: "Tool calls", unit: "calls" },
      effective_calls: { says: "Tool calls with an effective latency above 0", unit: "calls" },
      effective_s: { says: "Effective latencies of tool calls", unit: "s" },
      wall_calls: { says: "Tool calls with a wall latency above 0", unit: "calls" },
      wall_s: { says: "Wall latencies of tool calls", unit: "s" },
    },
    {
      title: "Input of the formulas",
      caption: "One row for all requests and one per provider: sums over the requests with a response time above 0.",
    },
  );
}

export function formulasTable(formulas: readonly Formula[]): Table {
  return table(
    "e2e_formulas",
    formulas,
    {
      provider: PROVIDER,
      latency: {
        says: "How tool calls are timed: `effective` (duration that the tool reports, else wall) or `wall` (from call to result)",
      },
      turns: { says: "Requests with a response time above 0", unit: "requests" },
      e2e_per_turn_s: { says: "Measured mean response time", unit: "s" },
      rows_per_turn: { says: "Steps per request", unit: "steps" },
      generation_per_row_s: { says: "Generation time per step", unit: "s" },
      tool_per_row_s: { says: "Tool time per step", unit: "s" },
      row_formula_s: { says: "Result of the formula by step", unit: "s" },
      row_error_s: { says: "That minus the measured mean", unit: "s" },
      generation_rows_per_turn: { says: "Generating steps per request", unit: "steps" },
      generation_per_generation_row_s: { says: "Generation time per generating step", unit: "s" },
      calls_per_turn: { says: "Timed tool calls per request", unit: "calls" },
      tool_per_call_s: { says: "Tool time per timed call", unit: "s" },
      component_formula_s: { says: "Result of the formula by component", unit: "s" },
      component_error_s: { says: "That minus the measured mean", unit: "s" },
    },
    {
      title: "Mean response time by formula",
      caption:
        "One row per provider and kind of tool latency; empty where a formula would divide by zero. An error above zero means that time was counted more than once; below zero, that some time is unknown.",
    },
  );
}

export function checkText(sums: readonly Sums[], formulas: readonly Formula[], checks: readonly Check[]): TextDocument {
  const of = (latency: Latency) => formulas.filter((formula) => formula.latency === latency);
  return auditReport(
    [
      "# Do averages explain the response time?",
      "Two ways to rebuild the mean response time of a request from averages:",
      [
        "- by step: (generation per step + tool time per step) x steps per request",
        "- by component: generation per generating step x such steps per request + tool time per timed call x such calls per request",
      ].join("\n"),
      "Both multiply back to (generation + tool time) / requests. So they err by the same amount: what ran side by side, or on beyond the last output, minus what is not known, per request.",
      ...(formulas.length === 0 ? ["There are no requests."] : sections(of("effective"), of("wall"))),
      ...interpretation(sums, formulas),
    ],
    checks,
  );
}

function sections(effective: readonly Formula[], wall: readonly Formula[]): string[] {
  return [
    "## With what tools report (effective latency)",
    formulaTable(effective, { withGeneration: true }),
    "## With the time from call to result (wall latency)",
    formulaTable(wall, { withGeneration: false }),
  ];
}

function formulaTable(formulas: readonly Formula[], { withGeneration }: { withGeneration: boolean }): string {
  const header = [
    ...["provider", "turns", "avg e2e", "steps/turn", "generation/step", "tool/step", "by step", "error"],
    ...(withGeneration ? ["generating steps/turn", "generation/generating step"] : []),
    ...["timed calls/turn", "tool/timed call", "by component", "error"],
  ];
  return markdownTable({
    header,
    rows: formulas.map((each) => [
      each.provider,
      grouped(each.turns),
      durationText(each.e2e_per_turn_s),
      ratioText(each.rows_per_turn),
      ...[each.generation_per_row_s, each.tool_per_row_s, each.row_formula_s, each.row_error_s].map(durationText),
      ...(withGeneration ? [ratioText(each.generation_rows_per_turn), durationText(each.generation_per_generation_row_s)] : []),
      ratioText(each.calls_per_turn),
      ...[each.tool_per_call_s, each.component_formula_s, each.component_error_s].map(durationText),
    ]),
  });
}

/** What the errors of all requests mean, in words. */
function interpretation([all]: readonly Sums[], formulas: readonly Formula[]): string[] {
  if (!all || all.turns === 0) return [];
  const sentences = formulas.flatMap(({ provider, latency, row_error_s, e2e_per_turn_s }) =>
    provider === "all" && row_error_s !== null && e2e_per_turn_s !== null ? [errorSentence(latency, row_error_s, e2e_per_turn_s)] : [],
  );
  return ["## What the errors say", ...sentences];
}

function errorSentence(latency: Latency, error_s: number, e2e_s: number): string {
  const share = toFixedHalfEven((100 * Math.abs(error_s)) / e2e_s, 1);
  const amount = durationText(Math.abs(error_s));
  const cause =
    error_s > 0
      ? "more than the response time: more ran side by side, or on beyond it, than is missing"
      : "less than the response time: more is missing than ran side by side or on beyond it";
  return `With ${latency} latencies, generation and tools of the average request are together ${amount} (${share}% of ${durationText(e2e_s)}) ${cause}.`;
}

/** `59.9 s`, `2.50 m`, `1.25 h`, signed; blank for null. */
export function durationText(seconds: number | null): string {
  if (seconds === null) return "";
  const amount = Math.abs(seconds);
  if (amount < 60) return `${toFixedHalfEven(seconds, 1)} s`;
  return amount < 3600 ? `${toFixedHalfEven(seconds / 60, 2)} m` : `${toFixedHalfEven(seconds / 3600, 2)} h`;
}

function ratioText(ratio: number | null): string {
  return ratio === null ? "" : grouped(ratio, 2);
}
