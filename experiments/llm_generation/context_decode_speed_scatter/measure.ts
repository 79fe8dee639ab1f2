/** Generation speeds against context, per provider, and what the exact reasoning tokens of Codex add to them. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import { type ColumnsOf, integer, number, type OptionsOf, query } from "../../../lib/experiment.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";

export const FLAGS = {
  maxSpeedTokensPerSecond: number({
    min: 1,
    default: 160,
    says: "Top of the speed axes and cap of the tables, in tokens per second; faster steps are drawn at the top",
  }),
  maxPureDecodeTokensPerSecond: number({ min: 1, default: 160, says: "Top of the axis of pure decode, in tokens per second" }),
  maxTtftSeconds: number({ min: 1, default: 40, says: "Top of the axis of the time to first token, in seconds" }),
  minCodexPostReasoningSeconds: number({
    min: 0,
    default: 0.1,
    says: "Minimum time after the last reasoning of a Codex step that is taken as decoding, in seconds",
  }),
  minContextTokens: number({
    min: 1,
    default: 4096,
    says: "Left end of the context axis, in tokens; steps with less are not drawn, but are in all statistics",
  }),
  minBinCount: integer({ min: 1, default: 250, says: "Minimum number of steps in a bin of context" }),
};
export type Options = OptionsOf<typeof FLAGS>;

export const STEPS = query("query.sql", {
  provider: "text",
  context_tokens: "number",
  output_tokens: "number",
  reasoning_tokens: "number",
  span_us: "number",
  until_reasoning_us: "number?",
  after_reasoning_us: "number?",
});
type StepColumns = ColumnsOf<typeof STEPS>;

const US_PER_S = 1e6;
const CODEX = "codex";

/** One value for each of some steps, in file order, and the context of the step. */
export interface Measured {
  /** Whole input of each step, in tokens. */
  readonly context: readonly number[];
  /** Tokens per second, or seconds. */
  readonly values: readonly number[];
  /** Of speeds: all tokens over all seconds. Of seconds: the mean. `null` without steps. */
  readonly average: number | null;
}

export type ProviderSpeeds = ReturnType<typeof speedsByProvider>[number];
/** What is known of steps of Codex with exact reasoning tokens. */
export type ReasoningSplit = ReturnType<typeof splitAtReasoning>;

/** Claude, Codex, then the others by name. */
export function speedsByProvider(steps: StepColumns) {
  return providerOrder(steps.provider).map((provider) => {
    const chosen = indexes(steps, (i) => steps.provider[i] === provider);
    return { provider, ...speeds(chosen, steps.context_tokens, steps.output_tokens, steps.span_us) };
  });
}

/** @param leastSeconds shortest time after the last reasoning that can be measured */
export function splitAtReasoning(steps: StepColumns, leastSeconds: number) {
  const visible = steps.output_tokens.map((tokens, i) => Math.max(0, tokens - valueAt(steps.reasoning_tokens, i)));
  const exact = indexes(
    steps,
    (i) =>
      steps.provider[i] === CODEX &&
      valueAt(steps.reasoning_tokens, i) > 0 &&
      valueAt(visible, i) > 0 &&
      valueAt(steps.after_reasoning_us, i) / US_PER_S >= leastSeconds,
  );
  const pureDecode = speeds(exact, steps.context_tokens, visible, steps.after_reasoning_us);
  return {
    /** Visible tokens per second after the last reasoning. */
    pureDecode,
    /** Estimated seconds before the first token; negative where reasoning went faster than the average decoding. */
    timeToFirstToken: firstTokens(exact, steps, pureDecode.average ?? Number.NaN),
  };
}

/** The time until the last reasoning less what decoding its tokens takes at the average speed. */
function firstTokens(exact: readonly number[], steps: StepColumns, tokensPerSecond: number): Measured {
  const timed = exact.filter((i) => steps.until_reasoning_us[i] !== null);
  const values = timed.map((i) => valueAt(steps.until_reasoning_us, i) / US_PER_S - valueAt(steps.reasoning_tokens, i) / tokensPerSecond);
  return {
    context: timed.map((i) => valueAt(steps.context_tokens, i)),
    values,
    average: values.length === 0 ? null : sumInOrder(values) / values.length,
  };
}

type Numbers = readonly (number | null)[];

function speeds(chosen: readonly number[], context: Numbers, tokens: Numbers, us: Numbers): Measured {
  const sumOf = (values: Numbers) => sumInOrder(chosen.map((i) => valueAt(values, i)));
  return {
    context: chosen.map((i) => valueAt(context, i)),
    values: chosen.map((i) => valueAt(tokens, i) / (valueAt(us, i) / US_PER_S)),
    average: chosen.length === 0 ? null : sumOf(tokens) / (sumOf(us) / US_PER_S),
  };
}

function indexes({ provider }: StepColumns, isWanted: (i: number) => boolean): number[] {
  return provider.flatMap((_, i) => (isWanted(i) ? [i] : []));
}

/** NaN where a value is missing. */
function valueAt(values: Numbers, i: number): number {
  return values[i] ?? Number.NaN;
}
