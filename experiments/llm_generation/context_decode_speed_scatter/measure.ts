/** Generation speeds against context, per provider, and what the exact reasoning tokens of Codex add to them. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import { type ColumnsOf, type QueryContext, query } from "../../../lib/experiment.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";

const STEPS = query("query.sql", {
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

export function readSteps(db: QueryContext): Promise<StepColumns> {
  return db.columns(STEPS);
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
  return { pureDecode, timeToFirstToken: firstTokens(exact, steps, pureDecode.average ?? Number.NaN) };
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
