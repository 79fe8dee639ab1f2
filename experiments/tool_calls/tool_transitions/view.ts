/** What the figures have room for: few groups, and few states with a color each. */
import { COLORS, seriesColor } from "../../../lib/chart/palette.ts";
import { providerTitle } from "../../../lib/chart/theme.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import { STEP_ACTIVITY_COLORS } from "../../../lib/trace/step-activities.ts";
import { Chain, END, type OUTCOMES, START, type Transition } from "./chain.ts";
import { type Flow, type Group, MIXED, OTHER } from "./flow.ts";

const MOST_GROUPS = 4;
/** The series but for their gray, which is what is `other`. */
const HUES = [0, 1, 2, 3, 5, 6, 7].map((index) => seriesColor(index));
/** Those of what steps do, as other figures have them. The web is a part of exploring there. */
const CATEGORY_COLORS = new Map([
  ["read", STEP_ACTIVITY_COLORS.explore],
  ["edit", STEP_ACTIVITY_COLORS.edit],
  ["shell", STEP_ACTIVITY_COLORS.run],
  ["agent", STEP_ACTIVITY_COLORS.delegate],
  ["plan", STEP_ACTIVITY_COLORS.plan],
  ["web", seriesColor(7)],
  [MIXED, seriesColor(5)],
]);
/** Transitions that make an arrow or a number, unless there are few in all. */
const LEAST_N = 20;
const LEAST_SHARE = 0.01;

export interface ViewedGroup {
  readonly name: string;
  readonly title: string;
  readonly chain: Chain;
  /** Fewer transitions are neither drawn as an arrow nor written. */
  readonly least: number;
}

export interface View {
  /** In order, START and END left out. */
  readonly states: readonly string[];
  readonly groups: readonly ViewedGroup[];
  /** Groups that there is no room for. */
  readonly leftOut: number;
  /** The state that represents one of the trace. */
  readonly stateOf: (state: string) => string;
  readonly colorOf: (state: string) => string;
}

export function viewOf(flow: Flow): View {
  const named = flow.states.filter((state) => state !== OTHER);
  const kept = named.length <= HUES.length ? flow.states : [...named.slice(0, HUES.length), OTHER];
  const shown = new Set([...kept, START, END]);
  const stateOf = (state: string) => (shown.has(state) ? state : OTHER);
  const candidates = flow.shown.length > 0 ? flow.shown : flow.groups.filter(({ by }) => by === "all");
  const drawable = candidates.filter(({ chain }) => chain.departures > 0);
  const largest = new Set(drawable.toSorted((a, b) => b.chain.departures - a.chain.departures).slice(0, MOST_GROUPS));
  return {
    states: kept,
    groups: drawable.filter((group) => largest.has(group)).map((group) => viewed(group, stateOf)),
    leftOut: drawable.length - largest.size,
    stateOf,
    colorOf: (state) => {
      if (state === OTHER) return COLORS.light.neutral;
      return flow.level === "category" ? known(CATEGORY_COLORS.get(state)) : at(HUES, named.indexOf(state));
    },
  };
}

function viewed(group: Group, stateOf: (state: string) => string): ViewedGroup {
  const chain = new Chain(collapsed(group.chain.transitions, stateOf));
  return {
    name: group.name,
    title: groupTitle(group),
    chain,
    least: Math.min(LEAST_N, Math.max(1, Math.round(chain.total * LEAST_SHARE))),
  };
}

export function groupTitle({ by, name }: Group): string {
  if (name === ALL) return "All";
  return shortLabel(by === "provider" ? providerTitle(name) : name);
}

function collapsed(transitions: readonly Transition[], stateOf: (state: string) => string): Transition[] {
  const merged = groupBy(transitions, ({ from, to }) => JSON.stringify([stateOf(from), stateOf(to)]));
  return [...merged.values()].flatMap((own) => {
    const [first] = own;
    if (!first) return [];
    const added = (of: "after" | "parallelAfter") => {
      const count = (outcome: (typeof OUTCOMES)[number]) => sumOf(own, (each) => each[of][outcome]);
      return { worked: count("worked"), failed: count("failed"), empty: count("empty"), unknown: count("unknown") };
    };
    return {
      from: stateOf(first.from),
      to: stateOf(first.to),
      n: sumOf(own, ({ n }) => n),
      parallel: sumOf(own, ({ parallel }) => parallel),
      after: added("after"),
      parallelAfter: added("parallelAfter"),
    };
  });
}

/** For axes and labels. */
export function stateLabel(state: string): string {
  if (state === START) return "request starts";
  if (state === END) return "request ends";
  return shortLabel(state, 22);
}

/** `61% (Claude) and 86% (Codex)`, or one number where there is one group. */
export function byGroup(shares: readonly { readonly title: string; readonly share: number }[]): string {
  const [first, ...others] = shares.map(({ title, share }) => `${percent(share)} (${title})`);
  if (others.length === 0) return shares.map(({ share }) => percent(share)).join("");
  return `${[first, ...others.slice(0, -1)].join(", ")} and ${others.at(-1)}`;
}
