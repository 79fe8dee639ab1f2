/** The random quantities of the model, drawn from the shapes in profile.ts. */
import { QuantileCurve, type Quantiles, Weighted, type Weights } from "./distribution.ts";
import * as profile from "./profile.ts";
import { EvenDraws, Random } from "./random.ts";
import type { Provider } from "./row.ts";

type Draw<T = number> = () => T;
type PerProvider<T> = Readonly<Record<Provider, T>>;

/** A kind of tool with its own streams of durations. */
export interface Tool extends profile.ToolProfile {
  readonly nextSeconds: Draw;
  readonly nextSlowSeconds: Draw;
  readonly nextOverheadS: Draw;
}

/** The streams of a pool. All its sessions draw from the same ones, so that each stream as a whole keeps its shape. */
export type Draws = ReturnType<typeof createDraws>;

/** Rare tools can take hours, so that a few draws of them must be even, too. */
const COMMON_TOOL_WEIGHT = 5;
const FEW = 4;
const SOME = 64;
const MANY = 256;

export function createDraws(seed: number) {
  const random = Random.seeded(seed);
  const even = (quantiles: Quantiles, block = SOME): Draw => {
    const curve = new QuantileCurve(quantiles);
    const draws = new EvenDraws(random, block);
    return () => curve.at(draws.next());
  };
  const free = (quantiles: Quantiles): Draw => {
    const curve = new QuantileCurve(quantiles);
    return () => curve.at(random.uniform());
  };
  const choice = <T>(weighted: Weighted<T>, block = SOME): Draw<T> => {
    const draws = new EvenDraws(random, block);
    return () => weighted.at(draws.next());
  };
  const count = (weights: Weights, block?: number): Draw => choice(Weighted.of(weights), block);
  const tool = (of: profile.ToolProfile): Tool => {
    const nextSeconds = even(of.seconds, of.weight < COMMON_TOOL_WEIGHT ? FEW : SOME);
    return {
      ...of,
      nextSeconds,
      nextSlowSeconds: of.slowSeconds ? even(of.slowSeconds) : nextSeconds,
      nextOverheadS: of.overheadS ? even(of.overheadS) : () => 0,
    };
  };

  return {
    random,
    // Sessions are few and long ones weigh much: not shuffled, so that every run of them is even.
    sessionSteps: perProvider(profile.SESSION_STEPS, (steps) => whole(even(steps, 1))),
    subagentSteps: whole(even(profile.SUBAGENT_STEPS, FEW)),
    requestSteps: perProvider(profile.REQUEST_STEPS, (steps) => whole(even(steps), Math.floor)),
    isSlowRequest: choice(new Weighted([[true, profile.SLOW_REQUEST] as const, [false, 1 - profile.SLOW_REQUEST] as const])),
    humanWaitS: perProvider(profile.HUMAN_WAIT_S, (seconds) => even(seconds)),
    firstInput: perProvider(profile.TOKENS, (tokens) => whole(even(tokens.firstInput, FEW))),
    userMessageTokens: perProvider(profile.TOKENS, (tokens) => whole(free(tokens.userMessageTokens))),
    toolResultTokens: perProvider(profile.TOKENS, (tokens) => whole(free(tokens.toolResultTokens))),
    outputTokens: perProvider(profile.TOKENS, (tokens) => whole(even(tokens.outputTokens))),
    finalOutputTokens: perProvider(profile.TOKENS, (tokens) => whole(even(tokens.finalOutputTokens))),
    cacheLagTokens: whole(free(profile.CODEX_CACHE_LAG_TOKENS)),
    firstTokenS: perProvider(profile.SPEED, (speed) => free(speed.firstTokenS)),
    tokensPerS: perProvider(profile.SPEED, (speed) => free(speed.tokensPerS)),
    callsPerStep: perProvider(profile.CALLS_PER_STEP, (calls) => count(calls)),
    tool: perProvider(profile.TOOLS, (tools) => choice(new Weighted(tools.map((of) => [tool(of), of.weight] as const)), MANY)),
    subagentsPerStep: count(profile.SUBAGENTS_PER_STEP, FEW),
    companions: count(profile.COMPANIONS, FEW),
    hour: count({ ...profile.HOUR_WEIGHTS }),
    inputChars: whole(free(profile.INPUT_CHARS)),
  };
}

function perProvider<P, T>(of: PerProvider<P>, make: (of: P) => T): PerProvider<T> {
  return { claude: make(of.claude), codex: make(of.codex) };
}

function whole(draw: Draw, round = Math.round): Draw {
  return () => round(draw());
}
