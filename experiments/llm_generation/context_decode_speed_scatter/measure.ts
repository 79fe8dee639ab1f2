/** Generation speeds against context, per provider, and what the exact reasoning tokens of Codex add to them. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import { type Distribution, integer, number, type OptionsOf, type QueryContext, query } from "../../../lib/experiment.ts";
import { known } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { NOTHING } from "../../../lib/trace/scopes.ts";
import { contextBins, quantilesOf, spreadOf } from "./statistics.ts";

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
  context_bin: "number",
  speed: "number",
  decode_speed: "number?",
  first_token_s: "number?",
});
const SUMS = query("sums.sql", {
  provider: "text",
  steps: "number",
  tokens: "number",
  us: "number",
  decode_tokens: "number",
  decode_us: "number",
  speeds: "number",
  capped_speeds: "number",
  steps_above: "number",
  steps_before: "number",
});
const SQUARES = query("squares.sql", { provider: "text", squares: "number", capped_squares: "number" });
const VALUES = ["speed", "decode_speed", "first_token_s"] as const;

const US_PER_S = 1e6;
/** Queries add speeds and their squares as integers, so that the order does not matter. */
const FIXED_POINT = 1e12;
const CODEX = "codex";

/** A value of some steps: tokens per second, or seconds. */
export type Measured = ReturnType<typeof measuredOf>;
export type Speeds = Awaited<ReturnType<typeof measureSpeeds>>;
export type ProviderSpeeds = Speeds["providers"][number];

/** Speeds by provider (Claude, Codex, then the others by name), and what is known of steps of Codex with exact reasoning tokens. */
export async function measureSpeeds(db: QueryContext, options: Options) {
  const cap = options.maxSpeedTokensPerSecond;
  const least_seconds = options.minCodexPostReasoningSeconds;
  const sums = await db.rows(SUMS, { cap, least_seconds, least_context: options.minContextTokens });
  /** All visible tokens over all their seconds. */
  const decodeSpeed = ratio(
    sumOf(sums, ({ decode_tokens }) => decode_tokens),
    sumOf(sums, ({ decode_us }) => decode_us) / US_PER_S,
  );
  const params = { least_seconds, decode_speed: decodeSpeed };
  const [all, binned, squares] = await Promise.all([
    db.distributions(STEPS, { by: ["provider"], of: ["context_tokens", ...VALUES] }, params),
    db.distributions(STEPS, { by: ["provider", "context_bin"], of: VALUES }, params),
    db.rows(SQUARES, { cap, means: JSON.stringify(sums.map(meansOf)) }),
  ]);
  const of = (provider: string, column: string) =>
    all.find((each) => each.group.provider === provider && each.column === column) ?? NOTHING;
  const measured = (provider: string, column: (typeof VALUES)[number], average: number | null) =>
    measuredOf(
      of(provider, column),
      binned.filter((each) => each.group.provider === provider && each.column === column),
      options.minBinCount,
      average,
    );
  const firstToken = of(CODEX, "first_token_s");
  return {
    params,
    providers: providerOrder(sums.map(({ provider }) => provider)).map((provider) => {
      const own = known(sums.find((each) => each.provider === provider));
      const { mean, capped_mean } = meansOf(own);
      const { squares: raw, capped_squares } = known(squares.find((each) => each.provider === provider));
      const contexts = of(provider, "context_tokens");
      return {
        provider,
        ...measured(provider, "speed", own.tokens / (own.us / US_PER_S)),
        contexts: quantilesOf(contexts),
        largestContext: known(contexts.ascending[contexts.n - 1]),
        above: own.steps_above,
        before: own.steps_before,
        spread: spreadOf({ rows: own.steps, mean, squares: raw / FIXED_POINT }),
        cappedSpread: spreadOf({ rows: own.steps, mean: capped_mean, squares: capped_squares / FIXED_POINT }),
      };
    }),
    /** Visible tokens per second after the last reasoning. */
    pureDecode: measured(CODEX, "decode_speed", decodeSpeed),
    /** Estimated seconds before the first token; negative where reasoning went faster than the average decoding. */
    timeToFirstToken: measured(CODEX, "first_token_s", ratio(firstToken.sum, firstToken.n)),
  };
}

function meansOf({ provider, steps, speeds, capped_speeds }: { provider: string; steps: number; speeds: number; capped_speeds: number }) {
  return { provider, mean: speeds / FIXED_POINT / steps, capped_mean: capped_speeds / FIXED_POINT / steps };
}

type Values = Pick<Distribution, "n" | "ascending">;

/** @param average of speeds: all tokens over all seconds; of seconds: the mean; `null` without steps */
function measuredOf(
  values: Values,
  binned: readonly (Values & { readonly group: { readonly context_bin: number } })[],
  leastRows: number,
  average: number | null,
) {
  return { rows: values.n, average, quantiles: quantilesOf(values), bins: contextBins(binned, leastRows) };
}
