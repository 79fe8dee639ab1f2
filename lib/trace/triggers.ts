/** Groups of agent steps by scope and by what begins them. */
import type { Column, Distribution, IntervalOf, Query, QueryContext, SqlParams, ValueColumn } from "../experiment.ts";
import { NOTHING, SCOPE_COLUMN, SCOPES, type Scope, scopeIncludes } from "./scopes.ts";

export const TRIGGERS = ["all", "user", "tool_result"] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** A row of a table by scope and trigger. */
export interface ScopeTrigger {
  readonly scope: Scope;
  readonly trigger: Trigger;
}

/** The columns that name the group of a row. */
export const SCOPE_TRIGGER_COLUMNS: { readonly scope: Column<ScopeTrigger>; readonly trigger: Column<ScopeTrigger> } = {
  scope: SCOPE_COLUMN,
  trigger: { of: ({ trigger }) => trigger, says: "What begins the steps: `user` (a message), `tool_result`, or `all`" },
};

/** Every scope with every trigger, scope by scope. */
export const SCOPE_TRIGGERS: readonly ScopeTrigger[] = SCOPES.flatMap((scope) => TRIGGERS.map((trigger) => ({ scope, trigger })));

/** Whether a step belongs to the group. A trigger of `null`, neither user nor tool result, is in `all` only. */
export function inScopeTrigger({ scope, trigger }: ScopeTrigger, provider: string | null, stepTrigger: string | null): boolean {
  return scopeIncludes(scope, provider) && (trigger === "all" || trigger === stepTrigger);
}

interface Begun {
  readonly provider: string | null;
  readonly trigger: "user" | "tool_result";
}

/** Distributions of a column of a query by scope and by what begins the steps; without values, one of none. */
export async function distributionsByScopeTrigger<R extends Begun, const C extends ValueColumn<R>>(
  db: QueryContext,
  query: Query<R>,
  column: C,
  params?: SqlParams,
): Promise<(group: ScopeTrigger) => Pick<Distribution, "n" | "sum" | "ascending">> {
  const by = <B extends keyof Begun>(...groups: readonly B[]) => db.distributions(query, { by: groups, of: [column] }, params);
  const [[all], byProvider, byTrigger, byBoth] = await Promise.all([by(), by("provider"), by("trigger"), by("provider", "trigger")]);
  return ({ scope, trigger }) => {
    if (scope === "merged") return (trigger === "all" ? all : byTrigger.find(({ group }) => group.trigger === trigger)) ?? NOTHING;
    if (trigger === "all") return byProvider.find(({ group }) => group.provider === scope) ?? NOTHING;
    return byBoth.find(({ group }) => group.provider === scope && group.trigger === trigger) ?? NOTHING;
  };
}

export type TriggerIntervals = (group: ScopeTrigger) => IntervalOf["interval"];

/** Intervals of the shares of one column in another, of each provider and what begins the steps; null for all providers together. */
export async function intervalsByTrigger<R extends Begun, const C extends ValueColumn<R>>(
  db: QueryContext,
  query: Query<R>,
  { part, whole, session }: { readonly part: C; readonly whole: C; readonly session: keyof R & string },
): Promise<TriggerIntervals> {
  const by = <B extends keyof Begun>(...groups: readonly B[]) => db.intervals(query, { by: groups, of: [part], whole, session });
  const [byProvider, byBoth] = await Promise.all([by("provider"), by("provider", "trigger")]);
  return ({ scope, trigger }) => {
    const found =
      trigger === "all"
        ? byProvider.find(({ group }) => group.provider === scope)
        : byBoth.find(({ group }) => group.provider === scope && group.trigger === trigger);
    return found?.interval ?? null;
  };
}

const TITLES: Readonly<Record<Trigger, string>> = { all: "All steps", user: "User-initiated", tool_result: "Tool-triggered" };

export function triggerTitle(trigger: Trigger): string {
  return TITLES[trigger];
}
