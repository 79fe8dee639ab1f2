/** What a replay measured, next to what was recorded. */
import type { MemoryTable } from "../experiment.ts";
import { table } from "../experiment.ts";
import { roundHalfEven } from "../format/numbers.ts";
import { ratio } from "../stats/ratio.ts";
import type { Answer } from "./client.ts";
import type { Outcome, Sent } from "./run.ts";

/** A request that was answered. */
export interface Measured {
  readonly sent: Sent;
  readonly answer: Answer;
  /** Tokens that the server read from its cache; null where it doesn't say. */
  readonly prefix: number | null;
}

/** Some servers leave out a count of cached tokens that is 0: where others are counted, it is taken for that. */
export function measuredOf({ sent }: Outcome): Measured[] {
  const answered = sent.flatMap((each) => (each.answer === null ? [] : [{ sent: each, answer: each.answer }]));
  const counts = answered.some(({ answer }) => answer.cachedTokens !== null);
  return answered.map(({ sent, answer }) => ({
    sent,
    answer,
    prefix: answer.cachedTokens ?? (counts && answer.inputTokens !== null ? 0 : null),
  }));
}

export function firstTokenMs({ answer }: Measured): number | null {
  return answer.firstMs === null ? null : answer.firstMs - answer.sentMs;
}

/** Mean time from one token to the next. */
export function betweenTokensMs({ answer: { firstMs, lastMs, outputTokens } }: Measured): number | null {
  return firstMs === null || lastMs === null || outputTokens === null || outputTokens < 2 ? null : (lastMs - firstMs) / (outputTokens - 1);
}

export function endToEndMs({ answer }: Measured): number {
  return answer.endMs - answer.sentMs;
}

/** How far the input that the server counted is from the recorded one, as a share of that. */
export function inputDeviation({ sent, answer }: Measured): number | null {
  return answer.inputTokens === null ? null : Math.abs(answer.inputTokens - sent.turn.input) / sent.turn.input;
}

/** Shares of the input that were read from a cache, over requests whose counts are known. */
export function hitRates(measured: readonly Measured[]): { readonly planned: number | null; readonly server: number | null } {
  let input = 0;
  let planned = 0;
  let counted = 0;
  let prefixes = 0;
  for (const { sent, answer, prefix } of measured) {
    if (prefix === null || answer.inputTokens === null) continue;
    input += sent.turn.input;
    planned += sent.plannedPrefix;
    counted += answer.inputTokens;
    prefixes += prefix;
  }
  return { planned: ratio(planned, input), server: ratio(prefixes, counted) };
}

/** One row for each request, with answers or without. */
export function requestTable({ sent, startMs }: Outcome, measured: readonly Measured[]): MemoryTable {
  const answers = new Map(measured.map((each) => [each.sent, each]));
  const of = (value: (each: Measured) => number | null) => (request: Sent) => {
    const answered = answers.get(request);
    return answered ? value(answered) : null;
  };
  const milliseconds = (measure: (each: Measured) => number | null) =>
    of((each) => {
      const value = measure(each);
      return value === null ? null : roundHalfEven(value, 3);
    });
  return table(
    "replay_requests",
    sent,
    {
      session: { says: "Session of the workload" },
      index: { says: "Place in its session, from 0" },
      due_s: { of: ({ dueMs }) => seconds(dueMs - startMs), says: "When it was to be sent, after the start of the replay", unit: "s" },
      sent_s: { of: ({ sentMs }) => seconds(sentMs - startMs), says: "When it was sent", unit: "s" },
      recorded_input_tokens: { of: ({ turn }) => turn.input, says: "Input as recorded", unit: "tokens" },
      input_tokens: { of: of(({ answer }) => answer.inputTokens), says: "Input as the server counted it", unit: "tokens" },
      planned_prefix_tokens: {
        of: ({ plannedPrefix }) => plannedPrefix,
        says: "What a cache that forgets nothing would find of it",
        unit: "tokens",
      },
      prefix_tokens: { of: of(({ prefix }) => prefix), says: "What the server found in its cache", unit: "tokens" },
      recorded_output_tokens: { of: ({ turn }) => turn.output, says: "Output as recorded, the most that was asked for", unit: "tokens" },
      output_tokens: { of: of(({ answer }) => answer.outputTokens), says: "Output as the server counted it", unit: "tokens" },
      first_token_ms: { of: milliseconds(firstTokenMs), says: "Time to the first token", unit: "ms" },
      between_tokens_ms: { of: milliseconds(betweenTokensMs), says: "Mean time from one token to the next", unit: "ms" },
      end_to_end_ms: { of: milliseconds(endToEndMs), says: "Time to the end of the answer", unit: "ms" },
      recorded_end_to_end_ms: { of: ({ turn }) => turn.recordedMs, says: "The same as recorded, where the file has it", unit: "ms" },
      failure: { says: "Why there was no answer" },
    },
    { title: "Requests of the replay" },
  );
}

/** To the microsecond. */
function seconds(ms: number): number {
  return roundHalfEven(ms / 1000, 6);
}
