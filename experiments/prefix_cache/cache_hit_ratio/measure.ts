/** Hit ratios by scope and trigger: how steps, and what they append, spread over them. */
import type { QueryContext } from "../../../lib/experiment.ts";
import { quantileWeighted, sorted } from "../../../lib/stats/quantile.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { inScopeTrigger, SCOPE_TRIGGERS, type ScopeTrigger } from "../../../lib/trace/triggers.ts";
import { BANDS, COARSE_BUCKETS, coarseBucket, FINE_BINS, fineBin } from "./bins.ts";

interface StepColumns extends Record<string, ArrayLike<unknown>> {
  readonly provider: (string | null)[];
  readonly trigger: (string | null)[];
  readonly prefix_tokens: number[];
  readonly append_tokens: number[];
}

/** Steps and what they append. */
export interface Mass {
  readonly steps: number;
  readonly appendTokens: number;
}

export interface HitRatios extends ScopeTrigger, Mass {
  /** Plain mean over steps, each counting the same; null without steps. */
  readonly mean: number | null;
  /** Ascending. */
  readonly ratios: Float64Array;
  /** In the order of FINE_BINS, COARSE_BUCKETS and BANDS. */
  readonly fine: readonly Mass[];
  readonly coarse: readonly Mass[];
  readonly bands: readonly Mass[];
}

export interface InputTokens extends ScopeTrigger {
  readonly steps: number;
  readonly prefixTokens: number;
  readonly appendTokens: number;
  /** Share of all input tokens that was read from the cache; null without input. */
  readonly hitRate: number | null;
}

export interface Measures {
  /** Steps begun by a user or a tool result; one entry per scope and trigger. */
  readonly ratios: readonly HitRatios[];
  /** The same groups, but in `all` every step, whatever began it. */
  readonly tokens: readonly InputTokens[];
}

export async function measure(db: QueryContext): Promise<Measures> {
  const steps = await db.columns<StepColumns>("query.sql");
  const groups = SCOPE_TRIGGERS.map((group) => ({ group, members: membersOf(group, steps) }));
  return {
    ratios: groups.map(({ group, members }) =>
      hitRatios(
        group,
        steps,
        members.filter((i) => steps.trigger[i] !== null),
      ),
    ),
    tokens: groups.map(({ group, members }) => inputTokens(group, steps, members)),
  };
}

export function quantile({ ratios }: HitRatios, q: number): number | null {
  return quantileWeighted(ratios, q);
}

function membersOf(group: ScopeTrigger, { provider, trigger }: StepColumns): number[] {
  return Array.from(provider.keys()).filter((i) => inScopeTrigger(group, provider[i] ?? null, trigger[i] ?? null));
}

function hitRatios(group: ScopeTrigger, steps: StepColumns, members: readonly number[]): HitRatios {
  const append = members.map((i) => steps.append_tokens[i] as number);
  const ratios = members.map((i) => {
    const prefix = steps.prefix_tokens[i] as number;
    return prefix / (prefix + (steps.append_tokens[i] as number));
  });
  const massIn = (belongs: (ratio: number) => boolean): Mass => {
    const appended = append.filter((_, i) => belongs(ratios[i] as number));
    return { steps: appended.length, appendTokens: sumInOrder(appended) };
  };
  return {
    ...group,
    steps: members.length,
    appendTokens: sumInOrder(append),
    mean: members.length === 0 ? null : sumInOrder(ratios) / members.length,
    ratios: sorted(ratios),
    fine: masses(FINE_BINS.length, ratios.map(fineBin), append),
    coarse: masses(COARSE_BUCKETS.length, ratios.map(coarseBucket), append),
    bands: BANDS.map(({ from, below }) => massIn((ratio) => ratio >= from && ratio < below)),
  };
}

function masses(count: number, places: readonly number[], append: readonly number[]): Mass[] {
  const steps = new Array<number>(count).fill(0);
  const appendTokens = new Array<number>(count).fill(0);
  for (const [i, place] of places.entries()) {
    steps[place] = (steps[place] as number) + 1;
    appendTokens[place] = (appendTokens[place] as number) + (append[i] as number);
  }
  return steps.map((n, place) => ({ steps: n, appendTokens: appendTokens[place] as number }));
}

function inputTokens(group: ScopeTrigger, steps: StepColumns, members: readonly number[]): InputTokens {
  const prefixTokens = sumInOrder(members.map((i) => steps.prefix_tokens[i] as number));
  const appendTokens = sumInOrder(members.map((i) => steps.append_tokens[i] as number));
  const total = prefixTokens + appendTokens;
  return { ...group, steps: members.length, prefixTokens, appendTokens, hitRate: total === 0 ? null : prefixTokens / total };
}
