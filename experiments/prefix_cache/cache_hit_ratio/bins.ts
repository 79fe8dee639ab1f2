/** Groups of hit ratios: fine bins that are narrow near 1, where most steps are, four coarse buckets, and bands. */
type Level = "miss" | "partial" | "hit";

/** Upper edges are included, so the first bin holds the steps that read nothing from the cache. */
export const FINE_BINS: readonly { readonly label: string; readonly upTo: number; readonly level: Level }[] = [
  { label: "0", upTo: 0, level: "miss" },
  { label: "(0,.01]", upTo: 0.01, level: "miss" },
  { label: "(.01,.05]", upTo: 0.05, level: "miss" },
  { label: "(.05,.10]", upTo: 0.1, level: "miss" },
  { label: "(.10,.20]", upTo: 0.2, level: "miss" },
  { label: "(.20,.40]", upTo: 0.4, level: "miss" },
  { label: "(.40,.60]", upTo: 0.6, level: "partial" },
  { label: "(.60,.80]", upTo: 0.8, level: "partial" },
  { label: "(.80,.90]", upTo: 0.9, level: "hit" },
  { label: "(.90,.95]", upTo: 0.95, level: "hit" },
  { label: "(.95,.98]", upTo: 0.98, level: "hit" },
  { label: "(.98,.99]", upTo: 0.99, level: "hit" },
  { label: "(.99,.995]", upTo: 0.995, level: "hit" },
  { label: "(.995,1]", upTo: Number.POSITIVE_INFINITY, level: "hit" },
];

/** Unlike fine bins, buckets include their lower edge and exclude their upper one. */
export const COARSE_BUCKETS: readonly { readonly label: string; readonly below: number }[] = [
  { label: "<10%", below: 0.1 },
  { label: "10-40%", below: 0.4 },
  { label: "40-80%", below: 0.8 },
  { label: "80%+", below: Number.POSITIVE_INFINITY },
];

interface Band {
  /** In the names of columns. */
  readonly name: string;
  readonly says: string;
  readonly from: number;
  readonly below: number;
  /** Whether the summary also has its share of the append tokens. */
  readonly ofAppend: boolean;
}

/** Bands of ratios that the summary reports: from <= ratio < below. */
export const BANDS: readonly Band[] = [
  { name: "lt_0_5", says: "below 0.5", from: Number.NEGATIVE_INFINITY, below: 0.5, ofAppend: true },
  { name: "0_5_to_0_9", says: "from 0.5 to below 0.9", from: 0.5, below: 0.9, ofAppend: true },
  { name: "gte_0_9", says: "of at least 0.9", from: 0.9, below: Number.POSITIVE_INFINITY, ofAppend: true },
  { name: "gte_0_95", says: "of at least 0.95", from: 0.95, below: Number.POSITIVE_INFINITY, ofAppend: false },
  { name: "gte_0_98", says: "of at least 0.98", from: 0.98, below: Number.POSITIVE_INFINITY, ofAppend: false },
  { name: "gte_0_99", says: "of at least 0.99", from: 0.99, below: Number.POSITIVE_INFINITY, ofAppend: false },
];
