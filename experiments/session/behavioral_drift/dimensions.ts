/** In which respects behavior is compared: each a distribution of units over bins. */

export interface Dimension {
  readonly name: string;
  /** For figures. */
  readonly title: string;
  /** What is counted, in the plural. */
  readonly unit: string;
  /** In order; null where names are bins. */
  readonly bins: readonly string[] | null;
  /** Units of a bin, at the beginning of a sentence. */
  readonly phrase: (bin: string) => string;
  /** Names with few units in both groups are one bin. */
  readonly mergesRare?: boolean;
}

/** `1 step`, `3-4 steps`. */
function countedBin(bin: string, noun: string): string {
  return `${bin} ${noun}${bin === "1" ? "" : "s"}`;
}

/** Tools with few calls. */
export const RARE = "(rare tools)";

const OUTPUT_BINS = Array.from({ length: 21 }, (_, power) => (power === 0 ? "0-1" : `${1 << power}-${(2 << power) - 1}`));

export const DIMENSIONS: readonly Dimension[] = [
  { name: "tool_mix", title: "Tools", unit: "calls", bins: null, phrase: (bin) => `Calls of ${bin}`, mergesRare: true },
  { name: "flow", title: "Next call, by category", unit: "pairs of calls", bins: null, phrase: (bin) => `Pairs of calls ${bin}` },
  { name: "error", title: "Failed calls", unit: "calls", bins: ["worked", "failed", "unknown"], phrase: (bin) => `Calls, ${bin}` },
  {
    name: "repeat",
    title: "Same tool again",
    unit: "calls",
    bins: ["another tool", "same tool", "same tool after an error"],
    phrase: (bin) => `Calls of ${bin === "another tool" ? bin : `the ${bin}`}`,
  },
  {
    name: "parallel",
    title: "Calls of a step",
    unit: "steps",
    bins: ["0", "1", "2", "3", "4+"],
    phrase: (bin) => `Steps with ${countedBin(bin, "call")}`,
  },
  {
    name: "depth",
    title: "Steps of a request",
    unit: "requests",
    bins: ["1", "2", "3-4", "5-8", "9-16", "17-32", "33-64", "65+"],
    phrase: (bin) => `Requests of ${countedBin(bin, "step")}`,
  },
  {
    name: "duration",
    title: "Active time of a request",
    unit: "requests",
    bins: ["under 10 s", "10-30 s", "30 s-2 min", "2-10 min", "10-30 min", "30 min or more"],
    phrase: (bin) => `Requests of ${bin} of active time`,
  },
  {
    name: "edits",
    title: "Edits of a request",
    unit: "requests",
    bins: ["0", "1", "2", "3-4", "5-8", "9+"],
    phrase: (bin) => `Requests with ${countedBin(bin, "edit")}`,
  },
  { name: "output", title: "Output of a step", unit: "steps", bins: OUTPUT_BINS, phrase: (bin) => `Steps of ${bin} output tokens` },
  {
    name: "context",
    title: "Context of a step",
    unit: "steps",
    bins: [...Array.from({ length: 10 }, (_, tenth) => `${10 * tenth}-${10 * tenth + 10}%`), "over 100%"],
    phrase: (bin) => `Steps with ${bin} of the window full`,
  },
];
