/**
 * Services that cost more or less than the standard one. The price list of `listed.ts` doesn't have them, so their factors are here, each with
 * its source.
 */
import { mapRates, type PricedAs, type Rate } from "./rate.ts";

export const SERVICES = ["standard", "fast", "batch", "flex", "priority", "scale"] as const;
export type Service = (typeof SERVICES)[number];

interface Factor {
  readonly maker: string;
  readonly service: Service;
  /** By name of the price list; without it all models. */
  readonly models?: Readonly<Record<string, number>>;
  readonly factor?: number;
  /** Long contexts are served and billed as standard. */
  readonly onlyShortContext?: boolean;
  readonly source: string;
}

const FACTORS: readonly Factor[] = [
  {
    maker: "anthropic",
    service: "fast",
    models: { "claude-opus-4-6": 6, "claude-opus-4-7": 6, "claude-opus-4-8": 2, "claude-opus-5": 2 },
    source: "https://platform.claude.com/docs/en/build-with-claude/fast-mode",
  },
  { maker: "anthropic", service: "batch", factor: 0.5, source: "https://platform.claude.com/docs/en/build-with-claude/batch-processing" },
  {
    maker: "openai",
    service: "fast",
    models: {
      "gpt-5": 2,
      "gpt-5.1": 2,
      "gpt-5.2": 2,
      "gpt-5.4": 2,
      "gpt-5.4-mini": 2,
      "gpt-5.5": 2.5,
      "gpt-5.6-luna": 2,
      "gpt-5.6-sol": 2,
      "gpt-5.6-terra": 2,
      "gpt-6-astra": 2,
    },
    onlyShortContext: true,
    source: "https://developers.openai.com/api/docs/pricing",
  },
  { maker: "openai", service: "batch", factor: 0.5, source: "https://developers.openai.com/api/docs/pricing" },
  { maker: "openai", service: "flex", factor: 0.5, source: "https://developers.openai.com/api/docs/pricing" },
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
  const found = FACTORS.find((entry) => entry.maker === maker && entry.service === service);
  const factor = found?.models ? found.models[rate.model] : found?.factor;
  if (found === undefined || factor === undefined) return null;
  const billed = (tokens: Rate["tokens"]) => mapRates(tokens, (micro) => micro * factor);
  return {
    ...rate,
    source: `${rate.source}; ${service} × ${factor}, ${found.source}`,
    tokens: billed(rate.tokens),
    longContext: found.onlyShortContext
      ? rate.longContext
      : rate.longContext.map(({ above, tokens }) => ({ above, tokens: billed(tokens) })),
  };
}
