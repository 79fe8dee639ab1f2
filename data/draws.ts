/** The random quantities of the model, drawn from the shapes in profile.ts. */
import { QuantileCurve, type Quantiles, Weighted, type Weights } from "./distribution.ts";
import * as profile from "./profile.ts";
import { EvenDraws, Random } from "./random.ts";
import type { Provider } from "./row.ts";

type Draw = () => number;
type PerProvider<T> = Readonly<Record<Provider, T>>;

/** A kind of tool with its own stream of durations. */
export interface Tool extends profile.ToolProfile {
  readonly nextSeconds: Draw;
  readonly nextOverheadS: Draw;
}

/** One per pool: all sessions draw from the same streams, so each stream as a whole keeps its shape. */
export class Draws {
  readonly random: Random;
  readonly sessionSteps: PerProvider<Draw>;
  readonly subagentSteps: Draw;
  readonly requestSteps: Draw;
  readonly humanWaitS: PerProvider<Draw>;
  readonly firstInput: PerProvider<Draw>;
  readonly userMessageTokens: PerProvider<Draw>;
  readonly toolResultTokens: PerProvider<Draw>;
  readonly outputTokens: PerProvider<Draw>;
  readonly cacheLagTokens: Draw;
  readonly firstTokenS: PerProvider<Draw>;
  readonly tokensPerS: PerProvider<Draw>;
  readonly callsPerStep: PerProvider<Draw>;
  readonly tool: PerProvider<() => Tool>;
  readonly subagentsPerStep: Draw;
  readonly companions: Draw;
  readonly hour: Draw;
  readonly inputChars: Draw;

  constructor(seed: number) {
    const random = new Random(seed);
    this.random = random;
    const even = (quantiles: Quantiles, blockSize?: number): Draw => {
      const curve = new QuantileCurve(quantiles);
      const draws = new EvenDraws(random, blockSize);
      return () => curve.at(draws.next());
    };
    const free = (quantiles: Quantiles): Draw => {
      const curve = new QuantileCurve(quantiles);
      return () => curve.at(random.uniform());
    };
    const count = (weights: Weights, blockSize?: number): Draw => weighted(Weighted.of(weights), blockSize);
    const weighted = <T>(choice: Weighted<T>, blockSize?: number): (() => T) => {
      const draws = new EvenDraws(random, blockSize);
      return () => choice.at(draws.next());
    };
    const perProvider = <P, T>(of: PerProvider<P>, make: (of: P) => T): PerProvider<T> => ({
      claude: make(of.claude),
      codex: make(of.codex),
    });
    const whole =
      (draw: Draw): Draw =>
      () =>
        Math.round(draw());

    // Sessions are few and long ones weigh much: no shuffling, so that every run of them is even.
    this.sessionSteps = perProvider(profile.SESSION_STEPS, (quantiles) => whole(even(quantiles, 1)));
    this.subagentSteps = whole(even(profile.SUBAGENT_STEPS, 8));
    this.requestSteps = () => Math.floor(requestSteps());
    const requestSteps = even(profile.REQUEST_STEPS);
    this.humanWaitS = perProvider(profile.HUMAN_WAIT_S, (quantiles) => even(quantiles));
    this.firstInput = perProvider(profile.TOKENS, (tokens) => whole(even(tokens.firstInput, 8)));
    this.userMessageTokens = perProvider(profile.TOKENS, (tokens) => whole(free(tokens.userMessageTokens)));
    this.toolResultTokens = perProvider(profile.TOKENS, (tokens) => whole(free(tokens.toolResultTokens)));
    this.outputTokens = perProvider(profile.TOKENS, (tokens) => whole(even(tokens.outputTokens)));
    this.cacheLagTokens = whole(free(profile.CODEX_CACHE_LAG_TOKENS));
    this.firstTokenS = perProvider(profile.SPEED, (speed) => free(speed.firstTokenS));
    this.tokensPerS = perProvider(profile.SPEED, (speed) => free(speed.tokensPerS));
    this.callsPerStep = perProvider(profile.CALLS_PER_STEP, (calls) => count(calls));
    this.tool = perProvider(profile.TOOLS, (tools) =>
      weighted(
        new Weighted(
          tools.map((tool): [Tool, number] => [
            // Rare tools take hours: few draws must be even too.
            {
              ...tool,
              nextSeconds: even(tool.seconds, tool.weight < 5 ? 4 : 64),
              nextOverheadS: tool.overheadS ? even(tool.overheadS) : () => 0,
            },
            tool.weight,
          ]),
        ),
        256,
      ),
    );
    this.subagentsPerStep = count(profile.SUBAGENTS_PER_STEP, 8);
    this.companions = count(profile.COMPANIONS, 8);
    this.hour = count({ ...profile.HOUR_WEIGHTS });
    this.inputChars = whole(free(profile.INPUT_CHARS));
  }
}
