/** Hit ratios by scope and trigger: distribution of steps and of their append tokens. */
import { type ColumnsOf, type QueryContext, query } from "../../../lib/experiment.ts";
import { at } from "../../../lib/stats/known.ts";
import { quantileWeighted, sorted } from "../../../lib/stats/quantile.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { inScopeTrigger, SCOPE_TRIGGERS, type ScopeTrigger } from "../../../lib/trace/triggers.ts";
import { BANDS, COARSE_BUCKETS, coarseBucket, FINE_BINS, fineBin } from "./bins.ts";

const STEPS = query("query.sql", {
  provider: "text?",
  trigger: ["user", "tool_result", null],
  prefix_tokens: "number",
  append_tokens: "number",
});
type StepColumns = ColumnsOf<typeof STEPS>;

/** Steps and their append tokens. */
export interface Mass {
  readonly steps: number;
  readonly appendTokens: number;
}

export interface HitRatios extends ScopeTrigger, Mass {
  /** Unweighted mean over steps; null without steps. */
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
  /** Share of the input tokens that was read from the cache; null without input. */
  readonly hitRate: number | null;
}

export interface Measures {
  /** Steps that a user or a tool result begins; one entry per scope and trigger. */
  readonly ratios: readonly HitRatios[];
  /** The same groups, but `all` has every step, whatever begins it. */
  readonly tokens: readonly InputTokens[];
}

export async function measure(db: QueryContext): Promise<Measures> {
  const steps = await db.columns(STEPS);
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
  const append = tokensOf(steps.append_tokens, members);
  const ratios = tokensOf(steps.prefix_tokens, members).map((prefix, i) => prefix / (prefix + (append[i] ?? Number.NaN)));
  const massIn = (belongs: (ratio: number) => boolean): Mass => {
    const appended = append.filter((_, i) => belongs(ratios[i] ?? Number.NaN));
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
  const found = Array.from({ length: count }, () => ({ steps: 0, appendTokens: 0 }));
  for (const [i, place] of places.entries()) {
    const mass = at(found, place);
    mass.steps++;
    mass.appendTokens += append[i] ?? Number.NaN;
  }
  return found;
}

function tokensOf(tokens: readonly number[], members: readonly number[]): number[] {
  return members.map((i) => tokens[i] ?? Number.NaN);
}

function inputTokens(group: ScopeTrigger, steps: StepColumns, members: readonly number[]): InputTokens {
  const prefixTokens = sumInOrder(tokensOf(steps.prefix_tokens, members));
  const appendTokens = sumInOrder(tokensOf(steps.append_tokens, members));
  const total = prefixTokens + appendTokens;
  return { ...group, steps: members.length, prefixTokens, appendTokens, hitRate: total === 0 ? null : prefixTokens / total };
}
