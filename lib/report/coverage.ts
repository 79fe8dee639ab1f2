/** What a report's numbers leave out, guess or can't know. */
import { dateIn } from "../collect/days.ts";
import { dateOf } from "../format/periods.ts";
import { type Amounts, amountsOf, totalTokens } from "./amounts.ts";
import type { PoolUsage, Usage } from "./usage.ts";

interface Amount {
  readonly steps: number;
  readonly tokens: number;
}

interface OfModels extends Amount {
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
  /** Responses that other transcripts hold again, left out. */
  readonly copies: Amount;
  /** History that a helper repeats and no other transcript holds: counted, without times. */
  readonly replays: Amount;
  readonly unpriced: OfModels;
  /** Priced by a part of the model's name. */
  readonly guessed: OfModels;
  /** Priced at rates of the user. */
  readonly overridden: OfModels;
  /** Of all steps those whose output count is final. */
  readonly finalSteps: number;
  readonly steps: number;
  /** Whose transcripts are gone. */
  readonly progressHelpers: Amount & { readonly helpers: number };
  /** Other steps without a time. */
  readonly undated: Amount;
  readonly firstDay: string | null;
  readonly lastDay: string | null;
  readonly gaps: readonly Gap[];
  readonly agents: readonly string[];
}

const MS_PER_DAY = 86_400_000;
/** A shorter gap is a weekend, a trip or a cold. */
const GAP_DAYS = 7;

export function coverageOf({ usage, sessions, copies }: PoolUsage, timezone: string): Coverage {
  const all = amountsOf(usage);
  const ofProgress = usage.filter(({ session_id }) => sessions.get(session_id)?.known_from === "progress");
  const undated = amountsOf(usage.filter(({ quarter_us }) => quarter_us === null));
  const days = daysOf(usage, timezone);
  return {
    copies,
    replays: { steps: all.replayed_steps, tokens: all.replayed_tokens },
    unpriced: { ...ofModels(usage, "unpriced_steps"), tokens: all.unpriced_tokens },
    guessed: ofModels(usage, "guessed_steps"),
    overridden: ofModels(usage, "overridden_steps"),
    finalSteps: all.steps - all.placeholder_steps,
    steps: all.steps,
    progressHelpers: { helpers: new Set(ofProgress.map(({ session_id }) => session_id)).size, ...amountOf(amountsOf(ofProgress)) },
    undated: { steps: undated.steps - undated.replayed_steps, tokens: totalTokens(undated) - undated.replayed_tokens },
    firstDay: days.at(0) ?? null,
    lastDay: days.at(-1) ?? null,
    gaps: gapsBetween(days),
    agents: [...new Set(usage.map(({ provider }) => provider))].sort(),
  };
}

function amountOf(amounts: Amounts): Amount {
  return { steps: amounts.steps, tokens: totalTokens(amounts) };
}

function ofModels(usage: readonly Usage[], column: "unpriced_steps" | "guessed_steps" | "overridden_steps"): OfModels {
  const chosen = usage.filter((used) => used[column] > 0);
  const { models, ...amounts } = amountsOf(chosen);
  return { steps: amounts[column], tokens: totalTokens(amounts), models };
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
