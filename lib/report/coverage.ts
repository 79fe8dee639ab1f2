/** What a report's numbers leave out, guess or can't know. */
import { dateIn } from "../collect/days.ts";
import { dateOf } from "../format/periods.ts";
import { amountsOf, totalTokens } from "./amounts.ts";
import type { PoolUsage, Usage } from "./usage.ts";

interface Amount {
  readonly steps: number;
  readonly tokens: number;
}

interface OfModels extends Amount {
  readonly costUSD: number;
  /** Most steps first. */
  readonly models: readonly string[];
}

/** Days without steps, dates included. */
interface Gap {
  readonly from: string;
  readonly to: string;
  readonly days: number;
}

export interface Coverage {
  readonly steps: number;
  /** At list prices. */
  readonly listed: OfModels;
  /** Priced by a part of the model's name. */
  readonly guessed: OfModels;
  /** Priced at rates of the user. */
  readonly overridden: OfModels;
  readonly unpriced: OfModels;
  /** Whose output count is final. */
  readonly finalSteps: number;
  /** Responses that other transcripts hold again, left out. */
  readonly copies: Amount;
  /** History that a helper repeats and no other transcript holds: counted, without times. */
  readonly replays: Amount;
  /** Other steps without a time. */
  readonly undated: Amount;
  /** Whose transcripts are gone. */
  readonly progressHelpers: Amount & { readonly helpers: number };
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  readonly gaps: readonly Gap[];
  readonly agents: readonly string[];
}

const NANO = 1e9;
const MS_PER_DAY = 86_400_000;
/** A shorter gap is a weekend, a trip or a cold. */
const GAP_DAYS = 7;

export function coverageOf({ usage, sessions, copies }: PoolUsage, timezone: string): Coverage {
  const ofProgress = usage.filter(({ session_id }) => sessions.get(session_id)?.known_from === "progress");
  const days = daysOf(usage, timezone);
  return {
    steps: amountOf(usage).steps,
    listed: ofBasis(usage, "listed"),
    guessed: ofBasis(usage, "family"),
    overridden: ofBasis(usage, "override"),
    unpriced: ofBasis(usage, null),
    finalSteps: amountOf(usage.filter(({ output_is_final }) => output_is_final)).steps,
    copies,
    replays: amountOf(usage.filter(({ is_replayed }) => is_replayed)),
    undated: amountOf(usage.filter(({ quarter_us, is_replayed }) => quarter_us === null && !is_replayed)),
    progressHelpers: { helpers: new Set(ofProgress.map(({ session_id }) => session_id)).size, ...amountOf(ofProgress) },
    firstDay: days.at(0) ?? null,
    lastDay: days.at(-1) ?? null,
    gaps: gapsBetween(days),
    agents: [...new Set(usage.map(({ provider }) => provider))].sort(),
  };
}

function amountOf(usage: readonly Usage[]): Amount {
  const amounts = amountsOf(usage);
  return { steps: amounts.steps, tokens: totalTokens(amounts) };
}

function ofBasis(usage: readonly Usage[], wanted: Usage["basis"]): OfModels {
  const chosen = usage.filter(({ basis }) => basis === wanted);
  const { cost_nano, models } = amountsOf(chosen);
  return { ...amountOf(chosen), costUSD: cost_nano / NANO, models };
}

function daysOf(usage: readonly Usage[], timezone: string): string[] {
  const quarters = new Set(usage.flatMap(({ quarter_us }) => quarter_us ?? []));
  return [...new Set([...quarters].map((us) => dateIn(timezone, us / 1000)))].sort();
}

function gapsBetween(dates: readonly string[]): Gap[] {
  return dates.slice(1).flatMap((date, i) => {
    const after = Date.parse(dates[i] ?? date) / MS_PER_DAY + 1;
    const before = Date.parse(date) / MS_PER_DAY - 1;
    const days = before - after + 1;
    return days < GAP_DAYS ? [] : [{ from: dateOf(after), to: dateOf(before), days }];
  });
}
