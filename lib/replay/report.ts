/** What a replay measured, for a terminal. */
import { latencyCompact } from "../format/durations.ts";
import { grouped, NONE, percent } from "../format/numbers.ts";
import { type TextRow, textTable } from "../report/layout.ts";
import { note, type TextLine } from "../report/lines.ts";
import { groupBy } from "../stats/group-by.ts";
import { NO_STATISTICS, summarize } from "../stats/summary.ts";
import { betweenTokensMs, endToEndMs, firstTokenMs, hitRates, inputDeviation, type Measured } from "./measured.ts";
import type { Outcome } from "./run.ts";

/** Why no more was sent. */
export type End = "all sent" | "time" | "interrupt" | "failures";

interface ReportOptions {
  readonly outcome: Outcome;
  readonly measured: readonly Measured[];
  readonly end: End;
  readonly requests: number;
  /** False: words were taken for tokens. */
  readonly isCalibrated: boolean;
}

const ENDS: Readonly<Record<End, string>> = {
  "all sent": "All requests were sent.",
  time: "Ended by --max-seconds.",
  interrupt: "Ended by you.",
  failures: "Ended because the server kept failing.",
};

export function replayLines(options: ReportOptions): TextLine[] {
  const table = textTable(
    [
      { title: "", align: "left" },
      { title: "recorded p50", align: "right" },
      { title: "measured p50", align: "right" },
      { title: "measured p90", align: "right" },
      { title: "requests", align: "right" },
    ],
    tableRows(options.measured),
    null,
  );
  return [...table.lines, ...sentences(options).map(note)];
}

function tableRows(measured: readonly Measured[]): TextRow[] {
  const row = (name: string, text: (value: number) => string, measure: Measure, recorded?: Measure): TextRow => {
    const values = valuesOf(measured, measure);
    const { p50, p90 } = statisticsOf(values);
    const before = recorded ? statisticsOf(valuesOf(measured, recorded)).p50 : null;
    const cells = [before, p50, p90].map((value) => (value === null ? NONE : text(value)));
    return { kind: "row", cells: [name, ...cells, grouped(values.length)] };
  };
  const tokens = (value: number) => grouped(value);
  return [
    row(
      "Input, tokens",
      tokens,
      ({ answer }) => answer.inputTokens,
      ({ sent }) => sent.turn.input,
    ),
    row(
      "Read from the cache, tokens",
      tokens,
      ({ prefix }) => prefix,
      ({ sent }) => sent.plannedPrefix,
    ),
    row(
      "Output, tokens",
      tokens,
      ({ answer }) => answer.outputTokens,
      ({ sent }) => sent.turn.output,
    ),
    row("Time to first token", latencyCompact, firstTokenMs),
    row("Time between tokens", latencyCompact, betweenTokensMs),
    row("End to end", latencyCompact, endToEndMs, ({ sent }) => sent.turn.recordedMs),
  ];
}

type Measure = (each: Measured) => number | null;

function valuesOf(measured: readonly Measured[], measure: Measure): number[] {
  return measured.map(measure).filter((value) => value !== null);
}

function statisticsOf(values: readonly number[]) {
  return values.length === 0 ? NO_STATISTICS : summarize(values, null);
}

function sentences({ outcome, measured, end, requests, isCalibrated }: ReportOptions): string[] {
  const { planned, server } = hitRates(measured);
  const hits = `Input read from the cache: ${percent(planned, 1)} with a cache that forgets nothing, ${percent(server, 1)} by the server's counts.`;
  const unstreamed = measured.filter(({ answer }) => answer.firstMs === null).length;
  return [
    `${ENDS[end]} ${grouped(measured.length)} of ${grouped(requests)} requests have an answer${outcome.unfinished > 0 ? `; ${grouped(outcome.unfinished)} were cut off` : ""}.`,
    ...(server === null
      ? ["The server doesn't report cached tokens (usage.prompt_tokens_details); vLLM does with --enable-prompt-tokens-details."]
      : [hits]),
    lengthSentence(measured, isCalibrated),
    latenessSentence(outcome),
    ...(unstreamed > 0
      ? [`${grouped(unstreamed)} answers came in one piece, without a stream: they have no time to the first token.`]
      : []),
    ...failureSentences(outcome),
  ];
}

function lengthSentence(measured: readonly Measured[], isCalibrated: boolean): string {
  const { p50, max } = statisticsOf(valuesOf(measured, inputDeviation));
  const taken = isCalibrated ? "" : "The server didn't say how many tokens two short prompts have, so each word was taken for one. ";
  if (p50 === null) return `${taken}No length is known from the server.`;
  return `${taken}Inputs differ from the recorded length by ${percent(p50, 2)} at the median and by at most ${percent(max, 2)}.`;
}

function latenessSentence({ sent }: Outcome): string {
  const { p50, max } = statisticsOf(sent.map(({ dueMs, sentMs }) => Math.max(0, sentMs - dueMs)));
  return p50 === null || max === null
    ? "No request was answered."
    : `Requests were sent ${latencyCompact(p50)} after they were due at the median, ${latencyCompact(max)} at most.`;
}

function failureSentences({ sent }: Outcome): string[] {
  const failures = groupBy(
    sent.flatMap(({ failure }) => failure ?? []),
    (failure) => failure,
  );
  return [...failures].map(([reason, { length }]) => `${grouped(length)} ${length === 1 ? "request" : "requests"} failed: ${reason}`);
}
