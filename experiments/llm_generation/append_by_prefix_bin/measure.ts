/** How much steps append, by provider and size of their cached prefix. */
import { type IntervalOf, type QueryContext, query } from "../../../lib/experiment.ts";
import { type Summary, summaryOf } from "../../../lib/stats/summary.ts";
import { intervalsBy } from "../../../lib/trace/intervals.ts";
import { NOTHING } from "../../../lib/trace/scopes.ts";

export const PROVIDERS = ["claude", "codex"] as const;
type Provider = (typeof PROVIDERS)[number];

const STEPS = query("query.sql", { provider: PROVIDERS, session_id: "text?", bin_no: "number", append_tokens: "number" });

export interface PrefixBin {
  readonly label: string;
  /** Tokens; the bin includes `lo`, not `hi`. */
  readonly lo: number;
  /** Null in the last bin. */
  readonly hi: number | null;
}

/** Below 1,024 tokens, then one bin for each doubling. Indexes are `bin_no` of query.sql. */
export const PREFIX_BINS: readonly PrefixBin[] = [
  { label: "<1k", lo: 0, hi: 1024 },
  { label: "1-2k", lo: 1024, hi: 2048 },
  { label: "2-4k", lo: 2048, hi: 4096 },
  { label: "4-8k", lo: 4096, hi: 8192 },
  { label: "8-16k", lo: 8192, hi: 16_384 },
  { label: "16-32k", lo: 16_384, hi: 32_768 },
  { label: "32-64k", lo: 32_768, hi: 65_536 },
  { label: "64-128k", lo: 65_536, hi: 131_072 },
  { label: "128-256k", lo: 131_072, hi: 262_144 },
  { label: ">256k", lo: 262_144, hi: null },
];

/** Append tokens of the steps of one provider and bin; statistics of an empty bin are null. */
export interface AppendsOfBin {
  readonly provider: Provider;
  readonly bin: PrefixBin;
  readonly appends: Summary<0 | null>;
}

/** One entry for each provider and bin, in this order, empty bins too. */
export async function measureAppends(db: QueryContext): Promise<AppendsOfBin[]> {
  const found = await db.distributions(STEPS, { by: ["provider", "bin_no"], of: ["append_tokens"] });
  const appendsOf = (provider: Provider, binNo: number) =>
    found.find(({ group }) => group.provider === provider && group.bin_no === binNo) ?? NOTHING;
  return PROVIDERS.flatMap((provider) =>
    PREFIX_BINS.map((bin, binNo) => ({ provider, bin, appends: summaryOf(appendsOf(provider, binNo), null) })),
  );
}

export type MedianInterval = (bin: AppendsOfBin) => IntervalOf["interval"];

/** Of each provider and bin. */
export async function medianIntervals(db: QueryContext): Promise<MedianInterval> {
  const found = await intervalsBy(db, STEPS, { by: ["provider", "bin_no"], of: ["append_tokens"], session: "session_id" });
  return ({ provider, bin }) => found({ provider, bin_no: PREFIX_BINS.indexOf(bin) }, "append_tokens");
}

/** The bin with most steps, the first of equals; one at least. */
export function busiest(bins: readonly AppendsOfBin[]): AppendsOfBin {
  return bins.reduce((most, bin) => (bin.appends.n > most.appends.n ? bin : most));
}
