/** The tokens of a session: how its context grows, what of it the cache still holds, and when it is compacted. */
import type { Draws } from "./draws.ts";
import {
  CODEX_CACHE_BLOCK_TOKENS,
  CODEX_REASONING_DROPPED,
  type ModelProfile,
  PARTIAL_MISS,
  SIDE_QUESTION,
  TOKENS,
  type TokenProfile,
} from "./profile.ts";
import type { InputType, Provider } from "./row.ts";

/** Input of one step. */
export interface InputTokens {
  readonly prefix: number;
  readonly append: number;
}

/** Part of the threshold from which a user may think of compacting. */
const WORTH_COMPACTING = 0.6;
const FIVE_MINUTES_S = 300;
const HOUR_S = 3600;

export class Context {
  private readonly draws: Draws;
  private readonly provider: Provider;
  private readonly model: ModelProfile;
  private readonly profile: TokenProfile;
  private readonly sharedPrefix: number;
  private readonly compactAt: number;
  /** Input of the last step of the main thread, its output, and the reasoning since the last user message. */
  private total = 0;
  private output = 0;
  private reasoning = 0;

  constructor(draws: Draws, provider: Provider, model: ModelProfile) {
    this.draws = draws;
    this.provider = provider;
    this.model = model;
    this.profile = TOKENS[provider];
    this.sharedPrefix = this.inBlocks(draws.random.between(...this.profile.sharedPrefix));
    this.compactAt = model.contextWindow * draws.random.between(...this.profile.compactAt);
  }

  /** `newTokens`: what user or tools add. `idleS`: since the model was last asked; irrelevant for the first step. */
  next(trigger: InputType, newTokens: number, idleS: number): InputTokens {
    if (this.total === 0) return this.first(newTokens);
    if (this.mustCompact(trigger)) return this.compacted(newTokens);
    if (this.draws.random.chance(SIDE_QUESTION)) return this.sideQuestion(newTokens);
    const previous = this.total;
    const dropped = this.dropped(trigger);
    this.total = Math.max(previous + this.output - dropped, this.sharedPrefix) + newTokens;
    const cached = this.misses(trigger, idleS) ? this.missed(previous) : this.cached(previous, dropped);
    return this.split(Math.min(cached, this.inBlocks(this.total - 1)));
  }

  /** What the model answered to the last input. */
  answered(outputTokens: number, reasoningTokens: number): void {
    this.output = outputTokens;
    this.reasoning += reasoningTokens;
  }

  private first(newTokens: number): InputTokens {
    this.total = this.draws.firstInput[this.provider]() + newTokens;
    return this.split(this.sharedPrefixIfCached());
  }

  private mustCompact(trigger: InputType): boolean {
    const size = this.total + this.output;
    if (size > this.compactAt) return true;
    return trigger === "user_message" && size > this.compactAt * WORTH_COMPACTING && this.draws.random.chance(this.profile.compactByUser);
  }

  private compacted(newTokens: number): InputTokens {
    this.total = Math.round(this.sharedPrefix + this.draws.random.between(...this.profile.summaryTokens)) + newTokens;
    this.reasoning = 0;
    return this.split(this.sharedPrefixIfCached());
  }

  /** A step beside the main thread, which then goes on as if nothing had happened. */
  private sideQuestion(newTokens: number): InputTokens {
    const append = Math.min(4_000, newTokens) + 300;
    return { prefix: this.sharedPrefix, append };
  }

  /** Tokens of input and output that the client leaves out from now on. */
  private dropped(trigger: InputType): number {
    const { random } = this.draws;
    const trimmed = random.chance(this.profile.trim) ? this.output + random.integer(100, 4_000) : 0;
    if (trigger !== "user_message") return trimmed;
    const reasoning = this.provider === "codex" && random.chance(CODEX_REASONING_DROPPED) ? this.reasoning : 0;
    this.reasoning = 0;
    return trimmed + reasoning;
  }

  private misses(trigger: InputType, idleS: number): boolean {
    const { miss } = this.profile;
    const soon = trigger === "user_message" ? miss.user : miss.tool;
    return this.draws.random.chance(idleS <= FIVE_MINUTES_S ? soon : idleS <= HOUR_S ? miss.fiveMinutes : miss.hour);
  }

  private missed(previous: number): number {
    const { random } = this.draws;
    return random.chance(PARTIAL_MISS) ? this.inBlocks(previous * random.uniform()) : this.sharedPrefixIfCached();
  }

  /** A cache holds what is the same from the start on: it ends at the latest where something was left out. */
  private cached(previous: number, dropped: number): number {
    const unchanged = Math.max(previous - dropped, this.sharedPrefix);
    if (this.provider === "claude") return unchanged;
    const reach = dropped === 0 && this.draws.random.chance(this.model.outputInPrefix) ? previous + this.output : unchanged;
    return this.inBlocks(Math.max(0, reach - this.draws.cacheLagTokens()));
  }

  private sharedPrefixIfCached(): number {
    return this.draws.random.chance(this.profile.sharedPrefixCached) ? this.sharedPrefix : 0;
  }

  private inBlocks(tokens: number): number {
    const block = this.provider === "claude" ? 1 : CODEX_CACHE_BLOCK_TOKENS;
    return Math.floor(tokens / block) * block;
  }

  private split(prefix: number): InputTokens {
    return { prefix, append: this.total - prefix };
  }
}
