/** Bins of the cached prefix: below 1,024 tokens, then one for each doubling. Indexes are `bin_no` of query.sql. */

export interface PrefixBin {
  readonly label: string;
  /** Tokens; the bin includes `lo`, not `hi`. */
  readonly lo: number;
  /** Null in the last bin. */
  readonly hi: number | null;
}

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
