/** How much steps append, by provider and size of their cached prefix. */
import type { QueryContext } from "../../../lib/experiment.ts";
import { type Summary, summarize } from "../../../lib/stats/summary.ts";
import { PREFIX_BINS, type PrefixBin } from "./bins.ts";

export const PROVIDERS = ["claude", "codex"] as const;
type Provider = (typeof PROVIDERS)[number];

/** Append tokens of the steps of one provider and bin; statistics of an empty bin are null. */
export interface AppendsOfBin {
  readonly provider: Provider;
  readonly bin: PrefixBin;
  readonly appends: Summary<null>;
}

interface Columns {
  readonly provider: readonly string[];
  readonly bin_no: readonly number[];
  readonly append_tokens: readonly number[];
}

/** One entry for each provider and bin, in this order, empty bins too. */
export async function measureAppends(db: QueryContext): Promise<AppendsOfBin[]> {
  const groups = grouped(await db.columns<Columns & Record<string, ArrayLike<unknown>>>("query.sql"));
  return PROVIDERS.flatMap((provider) =>
    PREFIX_BINS.map((bin, binNo) => ({ provider, bin, appends: summarize(groups.get(`${provider} ${binNo}`) ?? [], null) })),
  );
}

function grouped({ provider, bin_no, append_tokens }: Columns): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [i, tokens] of append_tokens.entries()) {
    const key = `${provider[i]} ${bin_no[i]}`;
    const group = groups.get(key);
    if (group) group.push(tokens);
    else groups.set(key, [tokens]);
  }
  return groups;
}
