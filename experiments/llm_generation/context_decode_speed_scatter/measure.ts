/** Generation speeds against context, per provider, and what the exact reasoning tokens of Codex add to them. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import type { QueryContext } from "../../../lib/experiment.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";

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

export interface ProviderSpeeds extends Measured {
  readonly provider: string;
}

/** What is known of steps of Codex with exact reasoning tokens. */
export interface ReasoningSplit {
  /** Visible tokens per second after the last reasoning. */
  readonly pureDecode: Measured;
  /** Estimated seconds before the first token; negative where reasoning went faster than the average decoding. */
  readonly timeToFirstToken: Measured;
}

/** Columns of `query.sql`. */
export interface StepColumns extends Record<string, ArrayLike<unknown>> {
  readonly provider: readonly string[];
  readonly context_tokens: readonly number[];
  readonly output_tokens: readonly number[];
  readonly reasoning_tokens: readonly number[];
  readonly span_us: readonly number[];
  readonly until_reasoning_us: readonly (number | null)[];
  readonly after_reasoning_us: readonly (number | null)[];
}

export function readSteps(db: QueryContext): Promise<StepColumns> {
  return db.columns<StepColumns>("query.sql");
}

/** Claude, Codex, then the others by name. */
export function speedsByProvider(steps: StepColumns): ProviderSpeeds[] {
  return providerOrder(steps.provider).map((provider) => ({
    provider,
    ...speeds(
      indexes(steps, (i) => steps.provider[i] === provider),
      steps.context_tokens,
      steps.output_tokens,
      steps.span_us,
    ),
  }));
}

/** @param leastSeconds shortest time after the last reasoning that can be measured */
export function splitAtReasoning(steps: StepColumns, leastSeconds: number): ReasoningSplit {
  const visible = steps.output_tokens.map((tokens, i) => Math.max(0, tokens - at(steps.reasoning_tokens, i)));
  const exact = indexes(
    steps,
    (i) =>
      steps.provider[i] === CODEX &&
      at(steps.reasoning_tokens, i) > 0 &&
      at(visible, i) > 0 &&
      secondsAt(steps.after_reasoning_us, i) !== null &&
      (secondsAt(steps.after_reasoning_us, i) as number) >= leastSeconds,
  );
  const pureDecode = speeds(exact, steps.context_tokens, visible, steps.after_reasoning_us as readonly number[]);
  return { pureDecode, timeToFirstToken: firstTokens(exact, steps, pureDecode.average) };
}

/** The time until the last reasoning less what decoding its tokens takes at the average speed. */
function firstTokens(exact: readonly number[], steps: StepColumns, tokensPerSecond: number | null): Measured {
  const timed = tokensPerSecond === null ? [] : exact.filter((i) => steps.until_reasoning_us[i] !== null);
  const values = timed.map(
    (i) => (secondsAt(steps.until_reasoning_us, i) as number) - at(steps.reasoning_tokens, i) / (tokensPerSecond as number),
  );
  return {
    context: timed.map((i) => at(steps.context_tokens, i)),
    values,
    average: values.length === 0 ? null : sumInOrder(values) / values.length,
  };
}

function speeds(chosen: readonly number[], context: readonly number[], tokens: readonly number[], us: readonly number[]): Measured {
  return {
    context: chosen.map((i) => at(context, i)),
    values: chosen.map((i) => at(tokens, i) / (at(us, i) / US_PER_S)),
    average:
      chosen.length === 0 ? null : sumInOrder(chosen.map((i) => at(tokens, i))) / (sumInOrder(chosen.map((i) => at(us, i))) / US_PER_S),
  };
}

function indexes({ provider }: StepColumns, isWanted: (i: number) => boolean): number[] {
  return provider.flatMap((_, i) => (isWanted(i) ? [i] : []));
}

function at(values: readonly number[], i: number): number {
  return values[i] as number;
}

function secondsAt(us: readonly (number | null)[], i: number): number | null {
  const value = us[i] ?? null;
  return value === null ? null : value / US_PER_S;
}
