/** List prices of the day, from the data of `@pydantic/genai-prices`. The package reads no network unless a program sets that up, and this one doesn't. */
import { calcPrice, type ModelInfo, type ModelPrice } from "@pydantic/genai-prices";
import packageJson from "../../../package.json" with { type: "json" };
import { mapRates, microDollars, type PricedAs, type PriceList, type Rate, type TokenRates } from "./rate.ts";
import { serviceOf, serviceRate } from "./service.ts";

const LIBRARY = `@pydantic/genai-prices ${packageJson.dependencies["@pydantic/genai-prices"]}`;

/** Who sells the models of an agent, by `provider` of the trace. */
const MAKERS: Readonly<Record<string, string>> = { claude: "anthropic", codex: "openai" };

/**
 * What makers list for their models at the time of a step, by context length and service. A model that the list doesn't have, and a service
 * whose price isn't known, have no rates.
 */
export function listRates(): PriceList {
  return (step) => {
    const named = makerAndName(step);
    const model = named && listedModel(named.maker, named.name);
    if (!named || !model) return [];
    return ratesOf(model, named.maker).flatMap((rate) => serviceRate(rate, named.maker, serviceOf(step)) ?? []);
  };
}

/** `anthropic/claude-sonnet-4-6[1m]` is `claude-sonnet-4-6` of anthropic: routers put the maker in front, Claude Code the context behind. */
function makerAndName({ provider, model }: PricedAs): { maker: string; name: string } | null {
  const [, prefix, name = ""] = /^(?:(anthropic|openai)\/)?(.*?)(?:\[[^\]]*\])?$/.exec(model?.trim().toLowerCase() ?? "") ?? [];
  const maker = prefix ?? MAKERS[provider ?? ""];
  return maker === undefined || name === "" ? null : { maker, name };
}

/** Routers write `claude-4.6-sonnet` for what Anthropic calls `claude-sonnet-4.6`. */
const VERSION_FIRST = /^claude-(\d+(?:[.-]\d+)?)-([a-z]+)/;

function listedModel(maker: string, name: string): ModelInfo | null {
  const names = [name, name.replace(VERSION_FIRST, "claude-$2-$1")];
  // The time only matters for the price, which is read from the model.
  const found = names.flatMap((spelling) => calcPrice({}, spelling, { providerId: maker, timestamp: new Date(0) })?.model ?? []);
  return found.find(({ id }) => maker !== "anthropic" || wordsOf(id) === wordsOf(name)) ?? null;
}

/** The list knows Anthropic's models by how their names begin, so that it would take `claude-sonnet-5-5` for `claude-sonnet-5`. */
function wordsOf(name: string): string {
  const undated = name.replace(/[-@]20\d{6}$/, "");
  const words = undated.split(/[-.@]/).filter((word) => word !== "latest" && word !== "0");
  return words.sort().join(" ");
}

/** Without rates when text has no price, as with models for sound or images. */
function ratesOf({ id, prices }: ModelInfo, maker: string): Rate[] {
  // Other lists have prices by the time of day; these makers have none.
  const periods = Array.isArray(prices) ? prices : [{ prices }];
  const starts = periods.map(({ constraint }) => (constraint?.type === "start_date" ? constraint.start_date : null));
  return periods.flatMap(({ prices: price }, i): Rate | [] => {
    const tokens = tokenRates(price, 0);
    if (tokens === null) return [];
    return {
      model: id,
      basis: "listed",
      source: `${LIBRARY}, ${maker}`,
      asOf: null,
      from: starts[i] ?? null,
      to: starts[i + 1] ?? null,
      tokens,
      longContext: thresholds(price).flatMap((above) => ({ above, tokens: tokenRates(price, above) ?? tokens })),
      mostInput: null,
    };
  });
}

/** Tokens of input beyond which some rate changes, ascending. */
function thresholds(price: ModelPrice): number[] {
  const starts = Object.values(price).flatMap((rate) => (typeof rate === "object" ? rate.tiers.map(({ start }) => start) : []));
  return [...new Set(starts)].sort((a, b) => a - b);
}

/** Rates from a threshold on. What has no rate of its own is billed as the more general kind, as the library does it. */
function tokenRates(price: ModelPrice, threshold: number): TokenRates | null {
  const rateOf = (key: string) => {
    const rate = price[key];
    if (typeof rate !== "object") return rate;
    return rate.tiers.findLast(({ start }) => start <= threshold)?.price ?? rate.base;
  };
  const input = rateOf("input_mtok");
  const output = rateOf("output_mtok");
  if (input === undefined || output === undefined) return null;
  const cacheWrite = rateOf("cache_write_mtok") ?? input;
  return mapRates(
    {
      input,
      cacheRead: rateOf("cache_read_mtok") ?? input,
      cacheWrite5m: rateOf("cache_write_5m_mtok") ?? cacheWrite,
      cacheWrite1h: rateOf("cache_write_1h_mtok") ?? cacheWrite,
      output,
    },
    microDollars,
  );
}
