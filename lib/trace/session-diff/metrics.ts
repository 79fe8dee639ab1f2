/** What sessions are compared by. */
import { query, type RowOf } from "../../experiment.ts";
import { countCompact } from "../../format/counts.ts";
import { durationCompact } from "../../format/durations.ts";
import { grouped, money, percent } from "../../format/numbers.ts";
import { ratio } from "../../stats/ratio.ts";
import { sumOf } from "../../stats/sum.ts";

export const FACTS = query("facts.sql", {
  session_id: "text",
  provider: "text",
  models: "text",
  from_us: "number?",
  unpriced_steps: "number",
  prefix_tokens: "number",
  context_tokens: "number",
  requests: "number",
  steps: "number",
  calls: "number",
  errors: "number",
  unknown_calls: "number",
  rework_loops: "number",
  repair_usd: "number?",
  cost_usd: "number?",
  fresh_usd: "number?",
  read_usd: "number?",
  write_usd: "number?",
  output_usd: "number?",
  active_s: "number?",
  generation_s: "number?",
  tool_s: "number?",
  human_s: "number?",
  peak_context_tokens: "number",
  resets: "number",
  hit_ratio: "number?",
  output_tokens: "number",
  visible_tokens: "number",
});
/** A session, or the sessions of a run added up. */
export type Facts = RowOf<typeof FACTS>;

interface MetricInfo {
  readonly title: string;
  readonly unit: string;
  readonly text: (value: number) => string;
}

const usd = { unit: "USD", text: money } as const;
const seconds = { unit: "s", text: durationCompact } as const;
const tokens = { unit: "tokens", text: countCompact } as const;
const count = (unit: string) => ({ unit, text: grouped }) as const;

/** In the order of tables and figures. */
export const METRICS = {
  requests: { title: "Requests", ...count("requests") },
  steps: { title: "Steps", ...count("steps") },
  calls: { title: "Tool calls", ...count("calls") },
  errors: { title: "Failed calls", ...count("calls") },
  unknown_calls: { title: "Calls of unknown status", ...count("calls") },
  rework_loops: { title: "Rework loops", ...count("loops") },
  cost_usd: { title: "Cost", ...usd },
  fresh_usd: { title: "Cost of fresh input", ...usd },
  read_usd: { title: "Cost of cache reads", ...usd },
  write_usd: { title: "Cost of cache writes", ...usd },
  output_usd: { title: "Cost of output, as logged", ...usd },
  repair_usd: { title: "Cost after failed calls", ...usd },
  active_s: { title: "Active time", ...seconds },
  generation_s: { title: "Generation", ...seconds },
  tool_s: { title: "Tools", ...seconds },
  human_s: { title: "Waits in calls", ...seconds },
  peak_context_tokens: { title: "Largest context", ...tokens },
  resets: { title: "Context resets", ...count("resets") },
  hit_ratio: { title: "Input from the cache", unit: "share", text: (value: number) => percent(value, 1) },
  output_tokens: { title: "Output tokens, as logged", ...tokens },
  visible_tokens: { title: "Output tokens, at least", ...tokens },
} as const satisfies Partial<Record<keyof Facts, MetricInfo>>;
export type Metric = keyof typeof METRICS;

export const METRIC_NAMES: readonly Metric[] = Object.keys(METRICS).filter((name): name is Metric => name in METRICS);

/** Of a run these are not added up over its sessions. */
const NOT_ADDED: ReadonlySet<string> = new Set<Metric>(["peak_context_tokens", "hit_ratio"]);
const ADDED = [...METRIC_NAMES.filter((name) => !NOT_ADDED.has(name)), "unpriced_steps", "prefix_tokens", "context_tokens"] as const;

/** The sessions of a run as one. Null for none. */
export function sumOfFacts(facts: readonly Facts[]): Facts | null {
  const [first] = facts;
  if (!first || facts.length === 1) return first ?? null;
  const added = Object.fromEntries(ADDED.map((name) => [name, sumOfKnown(facts.map((session) => session[name]))]));
  const all = { ...first, ...added };
  return {
    ...all,
    models: [...new Set(facts.flatMap(({ models }) => models.split(" ")))].join(" "),
    peak_context_tokens: Math.max(...facts.map(({ peak_context_tokens }) => peak_context_tokens)),
    hit_ratio: ratio(all.prefix_tokens, all.context_tokens),
  };
}

function sumOfKnown(values: readonly (number | null)[]): number | null {
  const found = values.filter((value) => value !== null);
  return found.length === 0 ? null : sumOf(found, (value) => value);
}
