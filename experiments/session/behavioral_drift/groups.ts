/** Which sessions are compared with which. */
import {
  choice,
  type Flags,
  file,
  flag,
  integer,
  number,
  type OptionsOf,
  type QueryContext,
  query,
  text,
} from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { dateOf } from "../../../lib/format/periods.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";

const PLAIN_TRAITS = ["model", "week", "provider", "person", "project", "client_version", "agent_type"] as const;
const LABEL = "label:";
/** Fewer are compared without a verdict. */
export const LEAST_SESSIONS = 8;
/** Of groups that one flag makes, the largest. */
const MOST_GROUPS = 12;
const DAY_S = 86_400;
const WINDOW_DAYS = 14;
const MOST_WINDOWS = 26;

export const FLAGS = {
  by: text({
    default: "model",
    says: `What splits sessions: period (halves by their start), ${PLAIN_TRAITS.join(", ")} or ${LABEL}KEY of --labels`,
  }),
  split: text({ says: "With --by period: the first day of the second part, as 2026-01-31, in place of the median" }),
  groupA: text({ says: "In place of --by: conditions of the first group, such as model=claude-opus-4-5*,until=2026-01-31" }),
  groupB: text({ says: "Conditions of the second group" }),
  among: text({ says: "Only sessions that meet these conditions, such as project=shop" }),
  helpers: flag({ says: "Sessions of helpers, too" }),
  within: choice(["project"], { says: "Shuffle sessions inside projects only, so that other projects don't pass for other behavior" }),
  permutations: integer({ default: 999, min: 99, max: 9_999, says: "How often sessions are shuffled" }),
  minExcess: number({ default: 0.01, min: 0, max: 1, says: "Least divergence beyond the median of chance for a verdict, in bits" }),
  minCalls: integer({ default: 20, min: 1, says: "Tools with fewer calls are one bin" }),
  mostBlocks: integer({
    default: 512,
    min: 1,
    says: "Up to so many sessions of a provider are shuffled one by one; more are put into so many blocks",
  }),
  baseline: file({ says: "A fingerprints.csv of an earlier run: its groups are compared with those of the same name" }),
  failOnDrift: flag({ says: "End with exit status 1 when a dimension has drifted" }),
} as const satisfies Flags;
export type Options = OptionsOf<typeof FLAGS>;

const OPS = { is: "is", begins: "begins with", from: "from", to: "before" } as const;
/** Of a session: a trait of `session_traits`, and what its value must be. */
export interface Condition {
  readonly trait: string;
  readonly op: keyof typeof OPS;
  readonly value: string;
}

export interface Group {
  /** For queries. */
  readonly no: number;
  readonly name: string;
  /** What it is within its provider. */
  readonly shortName: string;
  /** Null: of several. */
  readonly provider: string | null;
  readonly conditions: readonly Condition[];
  /** Into how many blocks its sessions go; null: each is one. */
  readonly blocks: number | null;
}

/** Two sides, each of one group or, over time, of several. */
export interface Comparison {
  readonly name: string;
  readonly provider: string | null;
  readonly a: readonly Group[];
  readonly b: readonly Group[];
}

export interface Design {
  /** All that are counted. */
  readonly groups: readonly Group[];
  /** Those that flags ask for. */
  readonly chosen: readonly Group[];
  readonly comparisons: readonly Comparison[];
  /** Each window of two weeks with all before it. */
  readonly overTime: readonly (Comparison & { readonly fromDay: number; readonly days: number })[];
  /** When versions of clients began, where transcripts say it. */
  readonly versions: readonly { readonly provider: string; readonly version: string; readonly day: number }[];
}

type Chosen = Pick<Design, "chosen" | "comparisons">;

const STARTS = query("starts.sql", { provider: "text", value: "text", started_s: "number" });

/** How many sessions have a value, and when they began. */
interface Split {
  readonly provider: string;
  readonly value: string;
  readonly sessions: number;
  /** Epoch seconds. */
  readonly first: number;
  readonly median: number;
  readonly last: number;
}

/** @throws UserError for flags that don't go together or name something unknown */
export async function designOf(db: QueryContext, options: Options): Promise<Design> {
  const base = [...conditionsIn(options.among, "--among"), ...kindOf(options)];
  const splits = (trait: string) => readSplits(db, trait, base);
  const providers = await splits("provider");
  const make = numberedGroups(base, (provider) => blocksOf(providers, provider, options.mostBlocks));
  const chosen =
    options.groupA !== undefined || options.groupB !== undefined
      ? givenSides(options, make)
      : await splitSides(options, providers, splits, make);
  const overTime = providers.flatMap((split) => windowsOf(split, make));
  return {
    ...chosen,
    groups: [...chosen.chosen, ...new Set(overTime.flatMap(({ a, b }) => [...a, ...b]))],
    overTime,
    versions: largestOf(await splits("client_version")).map(({ provider, value, first }) => ({
      provider,
      version: value,
      day: first / DAY_S,
    })),
  };
}

/** The conditions as a query takes them. */
export function groupParams(groups: readonly Group[]) {
  return {
    groups: JSON.stringify(groups.map(({ no, blocks, conditions }) => ({ no, blocks, needed: conditions.length }))),
    conditions: JSON.stringify(groups.flatMap(({ no, conditions }) => conditions.map((condition) => ({ no, ...condition })))),
  };
}

export function conditionText({ trait, op, value }: Condition): string {
  return `${trait} ${OPS[op]} ${value}`;
}

type MakeGroup = (group: {
  readonly name: string;
  readonly provider: string | null;
  readonly conditions: readonly Condition[];
  readonly share?: number;
}) => Group;

function numberedGroups(base: readonly Condition[], blocks: (provider: string | null) => number | null): MakeGroup {
  let no = 0;
  return ({ name, provider, conditions, share = 1 }) => {
    const all = blocks(provider);
    return {
      no: no++,
      name: provider === null || name === provider ? name : `${provider}: ${name}`,
      shortName: name,
      provider,
      conditions: [...base, ...(provider === null ? [] : [is("provider", provider)]), ...conditions],
      blocks: all === null ? null : Math.max(1, Math.round(all * share)),
    };
  };
}

/** Null where each session can be one. */
function blocksOf(providers: readonly Split[], provider: string | null, most: number): number | null {
  const own = providers.filter((split) => provider === null || split.provider === provider);
  return sumOf(own, ({ sessions }) => sessions) <= most ? null : most;
}

async function readSplits(db: QueryContext, trait: string, base: readonly Condition[]): Promise<Split[]> {
  const params = { trait, conditions: JSON.stringify(base), needed: base.length };
  const found = await db.distributions(STARTS, { by: ["provider", "value"], of: ["started_s"], quantiles: [0, 0.5, 1] }, params);
  return found.map(({ group, n, ascending }) => ({
    ...group,
    sessions: n,
    first: at(ascending, 0),
    median: (at(ascending, Math.floor((n - 1) / 2)) + at(ascending, Math.ceil((n - 1) / 2))) / 2,
    last: at(ascending, n - 1),
  }));
}

function givenSides({ groupA, groupB, by, split, baseline }: Options, make: MakeGroup): Chosen {
  if (groupA === undefined || groupB === undefined) {
    const [given, missing] = groupA === undefined ? ["group-b", "group-a"] : ["group-a", "group-b"];
    throw new UserError(`--${given} needs --${missing}; give the conditions of both groups.`);
  }
  if (by !== FLAGS.by.default || split !== undefined)
    throw new UserError("--group-a and --group-b name the groups; leave out --by and --split.");
  if (baseline) throw new UserError("--baseline brings its own groups; leave out --group-a and --group-b.");
  const [a, b] = [
    make({ name: groupA, provider: null, conditions: conditionsIn(groupA, "--group-a") }),
    make({ name: groupB, provider: null, conditions: conditionsIn(groupB, "--group-b") }),
  ];
  return { chosen: [a, b], comparisons: [comparison([a], [b])] };
}

async function splitSides(
  { by, split }: Options,
  providers: readonly Split[],
  splits: (trait: string) => Promise<Split[]>,
  make: MakeGroup,
): Promise<Chosen> {
  if (by === "period") return periods(split, providers, make);
  if (split !== undefined) throw new UserError("--split does nothing without --by period. Add it, or leave out --split.");
  checkTrait(by, "--by");
  const found = largestOf(await splits(by));
  const groupOf = (each: Split) => {
    const all = sumOf(
      providers.filter(({ provider }) => provider === each.provider),
      ({ sessions }) => sessions,
    );
    const provider = by === "provider" ? null : each.provider;
    return { ...each, group: make({ name: each.value, provider, conditions: [is(by, each.value)], share: each.sessions / all }) };
  };
  const sets = by === "provider" ? [found] : [...groupBy(found, ({ provider }) => provider).values()];
  const made = sets.map((set) => (isTimed(by) ? set.toSorted((a, b) => a.median - b.median) : set).map(groupOf));
  return {
    chosen: made.flat().map(({ group }) => group),
    comparisons: made.flatMap((set) =>
      set.slice(1).map((later, i) => {
        const earlier = set.slice(0, i + 1);
        const first = at(largestOf(earlier), 0);
        const before = by === "model" ? undefined : earlier.findLast(({ sessions }) => sessions >= LEAST_SESSIONS);
        return comparison([(isTimed(by) ? (before ?? first) : at(set, 0)).group], [later.group]);
      }),
    ),
  };
}

function largestOf<S extends Split>(splits: readonly S[]): S[] {
  return splits.toSorted((a, b) => b.sessions - a.sessions).slice(0, MOST_GROUPS);
}

/**
 * Whether values follow one another, so that each is compared with one before it: the latest that has enough sessions or, of models, which
 * run next to one another, the largest. Other values are all compared with the largest.
 */
function isTimed(by: string): boolean {
  return by === "model" || by === "week" || by === "client_version";
}

function periods(split: string | undefined, providers: readonly Split[], make: MakeGroup): Chosen {
  const day = split === undefined ? undefined : dayIn(split, "--split");
  const pairs = providers.map(({ provider, median }) => {
    const moment = day === undefined ? momentOf(median) : dayStart(day);
    const shown = moment.slice(0, "2026-01-31".length);
    return [
      make({ name: `before ${shown}`, provider, conditions: [{ trait: "started", op: "to", value: moment }], share: 0.5 }),
      make({ name: `from ${shown}`, provider, conditions: [{ trait: "started", op: "from", value: moment }], share: 0.5 }),
    ] as const;
  });
  return { chosen: pairs.flat(), comparisons: pairs.map(([a, b]) => comparison([a], [b])) };
}

function comparison(a: readonly Group[], b: readonly Group[], names?: readonly [string, string]): Comparison {
  const [first, second] = names ?? [at(a, 0).shortName, at(b, 0).shortName];
  const { provider } = at(b, 0);
  return { name: `${provider === null ? "" : `${provider}: `}${first} > ${second}`, provider, a, b };
}

function windowsOf({ provider, first, last, sessions }: Split, make: MakeGroup): Design["overTime"] {
  const [from, to] = [dayOf(first), dayOf(last) + 1];
  const days = WINDOW_DAYS * Math.ceil((to - from) / WINDOW_DAYS / MOST_WINDOWS);
  const count = Math.ceil((to - from) / days);
  if (count < 2 || sessions < 2 * LEAST_SESSIONS) return [];
  const windows = Array.from({ length: count }, (_, i) => from + i * days);
  const groups = windows.map((day) =>
    make({
      name: dateOf(day),
      provider,
      conditions: [
        { trait: "started", op: "from", value: dayStart(day) },
        { trait: "started", op: "to", value: dayStart(day + days) },
      ],
      share: 1 / count,
    }),
  );
  return windows.slice(1).map((fromDay, i) => {
    const later = at(groups, i + 1);
    return { ...comparison(groups.slice(0, i + 1), [later], ["all before", later.shortName]), fromDay, days };
  });
}

/** `model=claude-opus-4-5*,since=2026-01-01`. */
function conditionsIn(given: string | undefined, place: string): Condition[] {
  if (given === undefined) return [];
  return given.split(",").map((part) => {
    const [, trait = "", value = ""] = /^\s*([^=]+?)\s*=\s*(.+?)\s*$/.exec(part) ?? [];
    if (value === "")
      throw new UserError(
        `${place} has the condition ${JSON.stringify(part)}; write one such as model=claude-opus-4-5* or since=2026-01-31.`,
      );
    if (trait === "since") return { trait: "started", op: "from", value: dayStart(dayIn(value, `${place}: since`)) };
    if (trait === "until") return { trait: "started", op: "to", value: dayStart(dayIn(value, `${place}: until`) + 1) };
    checkTrait(trait, place);
    return value.endsWith("*") ? { trait, op: "begins", value: value.slice(0, -1) } : is(trait, value);
  });
}

function checkTrait(trait: string, place: string): void {
  if (PLAIN_TRAITS.some((name) => name === trait) || (trait.startsWith(LABEL) && trait.length > LABEL.length)) return;
  throw new UserError(
    `${place} names ${JSON.stringify(trait)}; use ${PLAIN_TRAITS.join(", ")} or ${LABEL}KEY, where KEY is one of --labels.`,
  );
}

/** Types of agents are those of helpers. */
function kindOf({ by, helpers }: Options): Condition[] {
  if (by === "agent_type") return [is("kind", "helper")];
  return helpers ? [] : [is("kind", "main")];
}

function is(trait: string, value: string): Condition {
  return { trait, op: "is", value };
}

function dayIn(value: string, place: string): number {
  const time = /^\d{4}-\d\d-\d\d$/.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time) || dateOf(time / 1000 / DAY_S) !== value)
    throw new UserError(`${place} is ${JSON.stringify(value)}; give a day such as 2026-01-31.`);
  return time / 1000 / DAY_S;
}

function dayOf(seconds: number): number {
  return Math.floor(seconds / DAY_S);
}

function dayStart(day: number): string {
  return momentOf(day * DAY_S);
}

/** As the trait `started` has it. */
function momentOf(seconds: number): string {
  return new Date(1000 * seconds).toISOString().slice(0, "2026-01-31T09:30:00".length);
}
