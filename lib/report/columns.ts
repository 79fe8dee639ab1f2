/** Columns that every report of steps has, for people and for programs. */
import type { Cell } from "../experiment.ts";
import { durationCompact } from "../format/durations.ts";
import { grouped, money, NONE, percent } from "../format/numbers.ts";
import { type Amounts, cacheHitShare, isUnpriced, totalTokens } from "./amounts.ts";
import type { TextColumn } from "./layout.ts";
import { isoTime } from "./views.ts";

type AmountColumn = TextColumn & { readonly of: (amounts: Amounts) => string };

const NANO = 1e9;
const MOST_MODELS = 3;

const count = (title: string, of: (amounts: Amounts) => number, more: Partial<TextColumn> = {}): AmountColumn => ({
  title,
  align: "right",
  ...more,
  of: (amounts) => grouped(of(amounts)),
});

export const MODELS: AmountColumn = { title: "Models", align: "left", least: 12, leaveOut: 1, of: ({ models }) => modelList(models) };

/** With the titles that users of ccusage know. */
export const AMOUNTS: readonly AmountColumn[] = [
  count("Input", ({ input_tokens }) => input_tokens),
  count("Output", ({ output_tokens }) => output_tokens),
  count("Cache Create", ({ cache_write_tokens }) => cache_write_tokens, { leaveOut: 8 }),
  count("Cache Read", ({ cache_read_tokens }) => cache_read_tokens, { leaveOut: 8 }),
  count("Total Tokens", totalTokens, { leaveOut: 7 }),
  { title: "Cost (USD)", align: "right", of: costText },
  { title: "Uncertain", align: "right", leaveOut: 2, of: uncertainText },
  { title: "Cache Hit", align: "right", leaveOut: 9, of: (amounts) => percent(cacheHitShare(amounts), 1) },
  { title: "Active", align: "right", leaveOut: 10, of: ({ active_us }) => (active_us === 0 ? NONE : durationCompact(active_us / 1e6)) },
];

/** An asterisk marks a cost that some steps are missing from. */
function costText(amounts: Amounts): string {
  if (isUnpriced(amounts)) return "unpriced";
  return money(amounts.cost_nano / NANO) + (amounts.unpriced_steps > 0 ? "*" : "");
}

function uncertainText({ cost_nano, high_nano }: Amounts): string {
  return high_nano > cost_nano ? `+${money((high_nano - cost_nano) / NANO)}` : NONE;
}

/** `opus-4-6, haiku-4-5 +1`. */
function modelList(models: readonly string[]): string {
  const more = models.length - MOST_MODELS;
  return models.slice(0, MOST_MODELS).map(shortModel).join(", ") + (more > 0 ? ` +${more}` : "");
}

/** Without the maker and the day, as ccusage writes it. */
export function shortModel(model: string): string {
  return model.replace(/^claude-/, "").replace(/-20\d{6}$/, "");
}

/** For programs. Names of columns and fields don't change; docs/report.md lists them. */
export function fieldsOf(amounts: Amounts) {
  const isPriced = !isUnpriced(amounts);
  return {
    firstActivity: isoTime(amounts.first_us),
    lastActivity: isoTime(amounts.last_us),
    modelsUsed: amounts.models,
    steps: amounts.steps,
    inputTokens: amounts.input_tokens,
    outputTokens: amounts.output_tokens,
    cacheCreationTokens: amounts.cache_write_tokens,
    cacheReadTokens: amounts.cache_read_tokens,
    totalTokens: totalTokens(amounts),
    costUSD: isPriced ? amounts.cost_nano / NANO : null,
    costHighUSD: isPriced ? amounts.high_nano / NANO : null,
    unpricedTokens: amounts.unpriced_tokens,
    cacheHitShare: cacheHitShare(amounts),
    activeSeconds: amounts.active_us / 1e6,
  };
}

/** The same on one line. */
export function cellsOf(amounts: Amounts): Record<string, Cell> {
  const { modelsUsed, ...fields } = fieldsOf(amounts);
  return { ...fields, modelsUsed: modelsUsed.join(" ") };
}
