/** What steps can be reported by: how they are grouped, and what a group is called. */

import type { Cell } from "../experiment.ts";
import { localTime } from "../format/clock.ts";
import { durationCompact } from "../format/durations.ts";
import { dateOf } from "../format/periods.ts";
import { type Amounts, amountsOf } from "./amounts.ts";
import { type Block, blocksOf } from "./blocks.ts";
import type { TextColumn } from "./layout.ts";
import type { PoolUsage, Session, Usage } from "./usage.ts";
import type { ViewName } from "./view-names.ts";

/** Those of steps; that of tools is of calls. */
export type StepView = Exclude<ViewName, "tool">;

/** How times are shown. */
export interface Clock {
  readonly timezone: string;
  readonly nowMs: number;
}

export interface Group {
  /** What the group is, by the names that JSON and CSV have for it. */
  readonly names: Readonly<Record<string, Cell>>;
  /** The same for people, one text for each of the view's headings. */
  readonly labels: readonly string[];
  readonly amounts: Amounts;
  /** Of each model, where several took part, the most expensive first. */
  readonly parts: readonly { readonly model: string; readonly amounts: Amounts }[];
}

type Heading = Omit<TextColumn, "align">;

interface View {
  readonly says: string;
  readonly headings: readonly Heading[];
  /** Groups are listed by time or by cost. */
  readonly by: "time" | "cost";
  /** Null for steps that are in no group of the view. */
  key(usage: Usage, context: Context): string | null;
  describe(members: Members, amounts: Amounts, context: Context): Pick<Group, "names" | "labels">;
}

type Members = readonly [Usage, ...Usage[]];

interface Context extends Clock {
  readonly sessions: ReadonlyMap<string, Session>;
  readonly labels: ReadonlyMap<string, string>;
  readonly blocks: ReadonlyMap<Usage, Block>;
}

/** Of steps without a time or a project. */
const UNKNOWN = "unknown";
/** Of sessions without the label. */
const UNLABELED = "unlabeled";
const PROJECT: Heading = { title: "Project", keep: "end", least: 14, leaveOut: 3 };
const LAST: Heading = { title: "Last Activity", leaveOut: 5 };
const MS_PER_DAY = 86_400_000;

function periodView(name: "date" | "week" | "month", title: string, says: string, periodOfDate: (date: string) => string): View {
  const key = ({ quarter_us }: Usage, { timezone }: Context) =>
    quarter_us === null ? UNKNOWN : periodOfDate(localTime(timezone, quarter_us / 1000).slice(0, "2026-01-31".length));
  return {
    says,
    headings: [{ title }],
    by: "time",
    key,
    describe: ([usage], _, context) => {
      const period = key(usage, context);
      return { names: { [name]: period === UNKNOWN ? null : period }, labels: [period] };
    },
  };
}

const DEFINITIONS: Readonly<Record<StepView, View>> = {
  day: periodView("date", "Date", "by day", (date) => date),
  week: periodView("week", "Week", "by week, from Monday", mondayOf),
  month: periodView("month", "Month", "by month", (date) => date.slice(0, "2026-01".length)),
  session: {
    says: "by session, helpers included",
    headings: [{ title: "Session", least: 14 }, { title: "Title", least: 16, leaveOut: 4 }, PROJECT, LAST],
    by: "time",
    key: ({ conversation_id }) => conversation_id,
    describe: (members, { last_us }, { sessions, timezone }) => {
      const [{ conversation_id, project: ofSteps }] = members;
      const { title = null, project = null } = sessions.get(conversation_id) ?? {};
      const helpers = members.filter(({ session_id }) => sessions.get(session_id)?.is_helper);
      return {
        names: {
          sessionId: conversation_id,
          title,
          project: project ?? ofSteps,
          helpers: distinct(helpers.map(({ session_id }) => session_id)),
        },
        labels: [shortSession(conversation_id), title ?? "", project ?? ofSteps ?? UNKNOWN, shownTime(last_us, timezone)],
      };
    },
  },
  project: {
    says: "by project",
    headings: [{ ...PROJECT, leaveOut: 0 }, { title: "Sessions", leaveOut: 6 }, LAST],
    by: "cost",
    key: ({ project }) => project ?? UNKNOWN,
    describe: (members, { last_us }, { timezone }) => {
      const [{ project }] = members;
      const sessions = distinct(members.map(({ conversation_id }) => conversation_id));
      return { names: { project, sessions }, labels: [project ?? UNKNOWN, String(sessions), shownTime(last_us, timezone)] };
    },
  },
  model: {
    says: "by model",
    headings: [
      { title: "Model", least: 14 },
      { title: "Agent", leaveOut: 6 },
    ],
    by: "cost",
    key: ({ provider, model }) => `${provider} ${model}`,
    describe: ([{ provider, model }]) => ({ names: { model, provider }, labels: [model, provider] }),
  },
  label: {
    says: "by label",
    headings: [{ title: "Label", least: 14 }, { title: "Sessions", leaveOut: 6 }, LAST],
    by: "cost",
    key: ({ session_id }, { labels }) => JSON.stringify(labels.get(session_id) ?? null),
    describe: (members, { last_us }, { labels, timezone }) => {
      const label = labels.get(members[0].session_id) ?? null;
      const sessions = distinct(members.map(({ conversation_id }) => conversation_id));
      return { names: { label, sessions }, labels: [label ?? UNLABELED, String(sessions), shownTime(last_us, timezone)] };
    },
  },
  helper: {
    says: "by helper",
    headings: [
      { title: "Helper", least: 14 },
      { title: "Kind", least: 8 },
      { title: "Parent", least: 9, leaveOut: 4 },
      { ...LAST, leaveOut: 6 },
    ],
    by: "cost",
    key: ({ session_id }, { sessions }) => (sessions.get(session_id)?.is_helper ? session_id : null),
    describe: ([{ session_id, conversation_id, project }], { last_us }, { sessions, timezone }) => {
      const { agent_type: kind = null, parent_session_id: parent = null, known_from = null } = sessions.get(session_id) ?? {};
      return {
        names: {
          helperId: session_id,
          agentType: kind,
          parentSessionId: parent,
          sessionId: conversation_id,
          project,
          knownFrom: known_from,
        },
        labels: [shortSession(session_id), kind ?? UNKNOWN, shortSession(parent ?? UNKNOWN), shownTime(last_us, timezone)],
      };
    },
  },
  block: {
    says: "by 5-hour block",
    headings: [{ title: "Block Start" }, { title: "Agent", leaveOut: 6 }, { title: "Duration", leaveOut: 5 }],
    by: "time",
    key: (usage, { blocks }) => {
      const block = blocks.get(usage);
      return `${block?.startUs ?? UNKNOWN} ${usage.provider}`;
    },
    describe: ([usage], { first_us, last_us }, { blocks, timezone, nowMs }) => {
      const { provider } = usage;
      const block = blocks.get(usage);
      if (!block || first_us === null || last_us === null)
        return { names: { blockStart: null, blockEnd: null, provider, isActive: false }, labels: [UNKNOWN, provider, ""] };
      const isActive = nowMs * 1000 >= last_us && nowMs * 1000 < block.endUs;
      return {
        names: { blockStart: isoTime(block.startUs), blockEnd: isoTime(block.endUs), provider, isActive },
        labels: [
          localTime(timezone, block.startUs / 1000),
          provider,
          durationCompact((last_us - first_us) / 1e6) + (isActive ? ", active" : ""),
        ],
      };
    },
  },
};

export function viewOf(name: StepView): Pick<View, "says" | "headings" | "by"> {
  return DEFINITIONS[name];
}

/** In the order of the view: by time, the oldest first, or by cost, the highest first. */
export function groupsOf(
  name: StepView,
  { usage, sessions, labels }: Pick<PoolUsage, "usage" | "sessions" | "labels">,
  clock: Clock,
): Group[] {
  const view = DEFINITIONS[name];
  const context: Context = { ...clock, sessions, labels, blocks: name === "block" ? blocksOf(usage) : new Map() };
  const members = new Map<string, [Usage, ...Usage[]]>();
  for (const used of usage) {
    const key = view.key(used, context);
    const group = key === null ? undefined : members.get(key);
    if (group) group.push(used);
    else if (key !== null) members.set(key, [used]);
  }
  const groups = [...members.values()].map((group): Group => {
    const amounts = amountsOf(group);
    return { ...view.describe(group, amounts, context), amounts, parts: partsOf(group, amounts.models) };
  });
  return groups.sort(view.by === "time" ? byTime : byCost);
}

function partsOf(usage: readonly Usage[], models: readonly string[]): Group["parts"] {
  const parts = models.map((model) => ({ model, amounts: amountsOf(usage.filter((used) => used.model === model)) }));
  return parts.sort(byCost);
}

function byTime({ amounts: a }: { readonly amounts: Amounts }, { amounts: b }: { readonly amounts: Amounts }): number {
  return (a.first_us ?? -1) - (b.first_us ?? -1);
}

function byCost({ amounts: a }: { readonly amounts: Amounts }, { amounts: b }: { readonly amounts: Amounts }): number {
  return b.cost_nano - a.cost_nano || b.unpriced_tokens - a.unpriced_tokens;
}

function distinct(values: readonly string[]): number {
  return new Set(values).size;
}

function mondayOf(date: string): string {
  const day = Date.parse(date) / MS_PER_DAY;
  // 1970-01-01 was a Thursday.
  return dateOf(day - ((day + 3) % 7));
}

export function isoTime(us: number | null): string | null {
  return us === null ? null : new Date(us / 1000).toISOString();
}

function shownTime(us: number | null, timezone: string): string {
  return us === null ? UNKNOWN : localTime(timezone, us / 1000);
}

/** Without the agent and, of a helper, without its parent. */
function shortSession(id: string): string {
  return id.replace(/^(claude|codex):/, "").replace(/^.*\/subagents\//, "");
}
