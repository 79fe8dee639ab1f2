/**
 * Services that cost more or less than the standard one. The price list of `listed.ts` doesn't have them, so their factors are here, each with
 * its source.
 */
import { mapRates, type PricedAs, type Rate, type TokenRates } from "./rate.ts";

export const SERVICES = ["standard", "fast", "batch", "flex", "priority", "scale"] as const;
export type Service = (typeof SERVICES)[number];

interface Factor {
  readonly maker: string;
  readonly service: Service;
  /** Of all rates of a standard request. */
  readonly factor: number;
  /** By name of the price list; without it all models. */
  readonly models?: readonly string[];
  /** No price is listed for requests beyond the first context tier. */
  readonly onlyShortContext?: boolean;
  readonly source: string;
}

const CLAUDE_FAST = "https://platform.claude.com/docs/en/build-with-claude/fast-mode";
const OPENAI_FAST = "https://openai.com/api-fast-mode/";

/** Read in November 2026. Pages list dollars; the factors follow from the standard prices of the time. */
const FACTORS: readonly Factor[] = [
  // $30 and $150 per million tokens, at any context length; also at https://openrouter.ai/anthropic/claude-opus-4.6-fast.
  { maker: "anthropic", service: "fast", factor: 6, models: ["claude-opus-4-6", "claude-opus-4-7"], source: CLAUDE_FAST },
  // $10 and $50; also at https://vercel.com/ai-gateway/models/claude-opus-5-fast. No price was found for later models.
  { maker: "anthropic", service: "fast", factor: 2, models: ["claude-opus-4-8", "claude-opus-5"], source: CLAUDE_FAST },
  // Of input, output, cache writes and reads.
  { maker: "anthropic", service: "batch", factor: 0.5, source: "https://platform.claude.com/docs/en/build-with-claude/batch-processing" },
  {
    maker: "openai",
    service: "fast",
    factor: 2,
    models: ["gpt-5", "gpt-5.1", "gpt-5.2", "gpt-5.4", "gpt-5.4-mini", "gpt-5.6-luna", "gpt-5.6-sol", "gpt-5.6-terra"],
    onlyShortContext: true,
    source: OPENAI_FAST,
  },
  { maker: "openai", service: "fast", factor: 1.8, models: ["gpt-5-mini"], onlyShortContext: true, source: OPENAI_FAST },
  { maker: "openai", service: "fast", factor: 2.5, models: ["gpt-5.5"], onlyShortContext: true, source: OPENAI_FAST },
  // $20 and $100.
  {
    maker: "openai",
    service: "fast",
    factor: 2,
    models: ["gpt-6-astra"],
    onlyShortContext: true,
    source: "https://developers.openai.com/api/docs/models/gpt-6-astra",
  },
  { maker: "openai", service: "batch", factor: 0.5, source: "https://developers.openai.com/api/docs/pricing" },
  // At batch rates, with the same discount for cache reads.
  { maker: "openai", service: "flex", factor: 0.5, source: "https://developers.openai.com/api/docs/guides/flex-processing" },
];

/**
 * The service that a step logged. Names that mean nothing here are `standard`, which is what agents log nearly always; OpenAI called
 * `fast` `priority` until July 2026.
 */
export function serviceOf({ provider, speed, serviceTier }: Omit<PricedAs, "model">): Service {
  const service = SERVICES.find((name) => name !== "standard" && (name === speed || name === serviceTier)) ?? "standard";
  return service === "priority" && provider === "codex" ? "fast" : service;
}

/** A standard rate as the service bills it; null when it is not known what the service costs. */
export function serviceRate(rate: Rate, maker: string, service: Service): Rate | null {
  if (service === "standard") return rate;
  const found = FACTORS.find((entry) => entry.maker === maker && entry.service === service && (entry.models?.includes(rate.model) ?? true));
  if (found === undefined) return null;
  const { factor, source, onlyShortContext = false } = found;
  const billed = (tokens: TokenRates) => mapRates(tokens, (micro) => Math.round(micro * factor));
  return {
    ...rate,
    source: `${rate.source}; ${service} × ${factor}, ${source}`,
    tokens: billed(rate.tokens),
    longContext: onlyShortContext ? [] : rate.longContext.map(({ above, tokens }) => ({ above, tokens: billed(tokens) })),
    mostInput: onlyShortContext ? (rate.longContext[0]?.above ?? null) : null,
  };
}
