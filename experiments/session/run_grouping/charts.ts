/** Figures: the runs, one run over time, and how many agents a person has at once. */
import { hoursAxis, linearDurationAxis, logAxis } from "../../../lib/chart/axes.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { rankAxis } from "../../../lib/chart/ranked-bars.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import {
  type Axis,
  type Channel,
  type DataLayer,
  type LayeredPanel,
  type Position,
  quantitative,
  withRows,
} from "../../../lib/chart/spec.ts";
import { symlogDurationAxis } from "../../../lib/chart/symlog-axis.ts";
import { COLORS, FONT_SIZE, PANEL, providerColor, providerOrder, providerTitle, seriesColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { durationCompact, hoursCompact, hoursTick } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, money, NONE, percent } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { shortId } from "../../../lib/trace/sessions.ts";
import { type Grouping, KINDS, type Level, type Member, type OneRun, type Run, type RunDistribution } from "./measure.ts";
import { activeTime } from "./timeline.ts";

const KIND_TITLES: Readonly<Record<Member["kind"], string>> = { main: "Main", "sub-agent": "Helper", fork: "Fork", resume: "Resumed" };
const ROW_STEP = 30;
const TIMES_WIDTH = 560;
/** So that the first dots don't cover the names. */
const LEFT_ROOM_S = -0.8;
/** Hours differ by so much that the shorter bars would be invisible. */
const WIDE_RATIO = 100;

export function figuresOf(grouping: Grouping, prices: string): Figure[] {
  const { one } = grouping;
  return [runsFigure(grouping, prices), one && runFigure(one), parallelismFigure(grouping.levels)].filter((each) => each !== null);
}

const RUNS_READING = `One row per run, the most expensive at the top. A dot is a session at the moment of its first activity, and its area is its cost; the line ends at the last
activity of the run. The axis is linear up to a second and logarithmic beyond. A speedup near the number of sessions means that they ran next to each other; near 1 they took
turns.`;

function runsFigure({ runs, dots, summary }: Grouping, prices: string): Figure | null {
  if (runs.length === 0) return null;
  const rankOf = new Map(runs.map((run, rank) => [keyOf(run), rank]));
  const drawn = dots.flatMap((member) => {
    const rank = rankOf.get(keyOf(member));
    return rank === undefined || member.from_s === null
      ? []
      : [{ rank, at: member.from_s, end: member.to_s ?? member.from_s, usd: member.cost_usd ?? 0, kind: KIND_TITLES[member.kind] }];
  });
  if (drawn.length === 0) return null;
  const lines = runs.flatMap((_, rank) => {
    const ends = drawn.filter((dot) => dot.rank === rank).map(({ end }) => end);
    return ends.length === 0 ? [] : [{ rank, from: 0, to: Math.max(...ends) }];
  });
  const x = symlogDurationAxis([LEFT_ROOM_S, 1.1 * Math.max(1, ...lines.map(({ to }) => to))], {
    title: "After the first activity of the run",
  });
  const names = runs.map(({ run, basis }) => `${shortId(run)}${basis === "burst" ? " (burst)" : ""}`);
  const y: Position = { field: "rank", ...rankAxis(names) };
  const layers: DataLayer[] = [
    {
      data: { values: lines },
      mark: { type: "rule", strokeWidth: 2, color: COLORS.light.axis },
      encoding: { y, x: quantitative("from", x), x2: { field: "to" } },
    },
    {
      data: { values: drawn },
      mark: { type: "circle", opacity: 0.7 },
      encoding: {
        y,
        x: quantitative("at", x),
        color: kindColorOf(drawn.map(({ kind }) => kind)),
        size: { field: "usd", type: "quantitative", scale: { type: "sqrt", rangeMin: 40, rangeMax: 500, zero: true }, legend: null },
      },
    },
  ];
  const panel = { width: TIMES_WIDTH, height: { step: ROW_STEP }, layer: layers };
  const column = (heading: string, width: number, text: (run: Run) => string) => ({ heading, width, texts: runs.map(text) });
  const all = { runs: totalOf(summary, "n"), sessions: totalOf(summary, "sum") };
  const most = known(runs.toSorted((a, b) => b.sessions - a.sessions || (b.speedup ?? 0) - (a.speedup ?? 0))[0]);
  const finding =
    all.runs === 1
      ? `The only run has ${counted(most.sessions, "session")}${speedupText(most)}`
      : `The largest of ${grouped(all.runs)} runs has ${counted(most.sessions, "session")}${speedupText(most)}`;
  return {
    name: "runs",
    title: finding,
    subtitle: `Sessions of each run from its first activity on; the area of a dot is its cost.`,
    coverage: `${grouped(runs.length)} of ${counted(all.runs, "run")}, with ${counted(all.sessions, "session")} in all. ${prices}`,
    spec: figure(
      withSideColumns(panel, names, [
        column("Sessions", 66, ({ sessions }) => grouped(sessions)),
        column("Speedup", 66, ({ speedup }) => (speedup === null ? NONE : `${grouped(speedup, 1)}x`)),
        column("Cost", 84, ({ cost_usd }) => (cost_usd === null ? NONE : money(cost_usd))),
        column("Input", 70, ({ input_tokens }) => countCompact(input_tokens)),
      ]),
    ),
    caption: `The ${counted(runs.length, "most expensive run")}: when their sessions began, what they cost and read, and how many ran next to each other. ${finding}. ${prices}`,
    reading: RUNS_READING,
    alt: `Dots on a time axis, one row per run, with columns for sessions, speedup, cost and input. ${finding}.`,
  };
}

function keyOf({ basis, run }: Pick<Run, "basis" | "run">): string {
  return `${basis} ${run}`;
}

function totalOf(summary: readonly RunDistribution[], field: "n" | "sum"): number {
  return sumOf(
    summary.filter(({ column }) => column === "sessions"),
    (distribution) => distribution[field],
  );
}

function speedupText({ speedup }: Run): string {
  return speedup === null ? "" : ` and a speedup of ${grouped(speedup, 1)}x`;
}

function kindColorOf(present: readonly string[]): Channel<"color"> {
  const titles = KINDS.map((kind) => KIND_TITLES[kind]);
  const shown = titles.filter((title) => present.includes(title));
  return {
    field: "kind",
    type: "nominal",
    scale: { domain: shown, range: shown.map((title) => seriesColor(titles.indexOf(title))) },
    legend: { title: null, orient: "top", direction: "horizontal" },
  };
}

const RUN_READING = `One row per session of the run, roots first. Boxes are episodes, in which the session was active without a longer silence. The axis leaves out the time in
which no session of the run was active. A thin line goes from the row of a parent to the session that it started, at the time of the call.`;

function runFigure({ run, sessions, members, episodes }: OneRun): Figure | null {
  if (episodes.length === 0) return null;
  const toActive = activeTime(episodes);
  const rank = new Map(members.map(({ session_id }, i) => [session_id, i]));
  const kinds = new Map(members.map(({ session_id, kind }) => [session_id, KIND_TITLES[kind]]));
  const span = toActive(Math.max(...episodes.map(({ to_us }) => to_us)));
  const least = span / 500;
  const boxes = episodes.map(({ session_id, from_us, to_us }) => {
    const from = toActive(from_us);
    return { rank: known(rank.get(session_id)), from, to: Math.max(toActive(to_us), from + least), kind: known(kinds.get(session_id)) };
  });
  const work = sumOf(episodes, ({ from_us, to_us }) => to_us - from_us) / 1e6;
  const calls = members.flatMap(({ session_id, parent_session_id, called_at }) => {
    const above = parent_session_id === null ? undefined : rank.get(parent_session_id);
    return called_at === null || above === undefined
      ? []
      : [{ at: toActive(Date.parse(called_at) * 1e3), above, below: known(rank.get(session_id)) }];
  });
  const names = members.map(({ session_id, agent_type }) => (agent_type === null ? shortId(session_id) : shortLabel(agent_type, 24)));
  const y: Position = { field: "rank", ...rankAxis(names) };
  const x = linearDurationAxis(Math.max(span, 1), { title: "Active time of the run" });
  const layers: DataLayer[] = [
    {
      data: { values: boxes },
      mark: { type: "bar", height: { band: 0.62 } },
      encoding: { y, x: quantitative("from", x), x2: { field: "to" }, color: kindColorOf(boxes.map(({ kind }) => kind)) },
    },
    {
      data: { values: calls },
      mark: { type: "rule", strokeWidth: 1, color: COLORS.light.muted },
      encoding: { x: quantitative("at", x), y: { field: "above", type: "ordinal" }, y2: { field: "below" } },
    },
  ];
  const finding = `Sessions of this run worked for ${durationCompact(work)} in ${durationCompact(span)}`;
  return {
    name: "run_timeline",
    title: finding,
    subtitle: `Run ${shortId(run)}: episodes of its sessions, without the time in which none was active.`,
    coverage: { shown: members.length, of: sessions, what: "sessions", rest: "are left out" },
    spec: figure({
      width: PANEL.width,
      height: { step: ROW_STEP },
      layer: [
        ...withRows(layers),
        {
          data: { values: [{ text: `Added up ${durationCompact(work)}, in ${durationCompact(span)}` }] },
          mark: { type: "text", align: "right", baseline: "bottom", fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
          encoding: { x: { value: PANEL.width }, y: { value: -6 }, text: { field: "text", type: "nominal" } },
        },
      ],
    }),
    caption: `The sessions of one run, row by row, over its active time. ${finding}.`,
    reading: RUN_READING,
    alt: `Boxes of activity on a time axis, one row per session of a run, with lines from parents to the sessions they started. ${finding}.`,
  };
}

const PARALLELISM_READING = `Bars are hours in which so many sessions of one person were active at the same time, helpers included; the percentages are shares of the hours with
any activity. Only what the pool holds counts, so that the truth may be more. Where the hours differ by more than a hundred times, the axis is logarithmic.`;

function parallelismFigure(levels: readonly Level[]): Figure | null {
  const all = levels.filter(({ provider }) => provider === null);
  const total = sumOf(all, ({ hours }) => hours);
  if (total === 0) return null;
  const several = sumOf(
    all.filter(({ agents }) => agents > 1),
    ({ hours }) => hours,
  );
  const providers = providerOrder(levels.flatMap(({ provider }) => (provider === null ? [] : [provider])));
  const groups = [
    { name: "All", color: COLORS.light.neutral, levels: all },
    ...providers.map((provider) => ({
      name: providerTitle(provider),
      color: providerColor(provider, providers),
      levels: levels.filter((level) => level.provider === provider),
    })),
  ];
  const shown = providers.length === 1 ? groups.slice(1) : groups;
  const hours = shown.flatMap((group) => group.levels.map((level) => level.hours));
  const [least, most] = [Math.min(...hours), Math.max(...hours)];
  const x = hoursAxisOf(least, most);
  const finding =
    several === 0
      ? `No person has more than one agent at once in ${hoursCompact(total)} of activity`
      : `A person has two or more agents at once in ${percent(ratio(several, total), 1)} of ${hoursCompact(total)} of activity`;
  return {
    name: "agents_at_once",
    title: finding,
    subtitle: `Hours in which so many sessions of a person were active at once${several === 0 ? "" : `; two or more: ${hoursCompact(several)}`}.`,
    spec: grid(
      shown.map(({ name, color, levels }) => {
        const sum = sumOf(levels, (level) => level.hours);
        const more = sumOf(levels, (level) => (level.agents > 1 ? level.hours : 0));
        return withHeading(
          levelBars(levels, sum, x, color),
          `${name}: ${hoursCompact(sum)}${more === 0 ? "" : `, ${hoursCompact(more)} (${percent(ratio(more, sum), 1)}) with two or more`}`,
          { over: "plot" },
        );
      }),
      { spacing: 22 },
    ),
    caption: `How many sessions of one person were active at once, in hours. ${finding}.`,
    reading: PARALLELISM_READING,
    alt: `Bars of hours by the number of sessions of a person that are active at once. ${finding}.`,
  };
}

/** Room for the text at the end of the longest bar. */
const TEXT_ROOM = 1.25;
const HOUR_TICKS = [1 / 3600, 1 / 60, 1 / 6, 1, 10, 100, 1_000, 10_000, 100_000];

function hoursAxisOf(least: number, most: number): Axis {
  if (most / least <= WIDE_RATIO) return hoursAxis(most * TEXT_ROOM, { title: "Active time" });
  return logAxis([least / 3, most * 6], "Active time, logarithmic", HOUR_TICKS, hoursTick);
}

function levelBars(levels: readonly Level[], total: number, x: Axis, color: string): LayeredPanel {
  const rows = levels.map(({ hours }, rank) => ({
    rank,
    hours,
    base: x.scale.domain[0],
    text: `${hoursCompact(hours)}, ${percent(ratio(hours, total), 1)}`,
  }));
  const y: Position = { field: "rank", ...rankAxis(levels.map(({ agents }) => (agents === 1 ? "1 agent" : `${grouped(agents)} at once`))) };
  return {
    width: PANEL.width,
    height: { step: ROW_STEP },
    layer: [
      {
        data: { values: rows },
        mark: { type: "bar", height: { band: 0.72 }, color },
        encoding: { y, x: quantitative("base", x), x2: { field: "hours" } },
      },
      {
        data: { values: rows },
        mark: { type: "text", align: "left", dx: 6, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
        encoding: { y, x: quantitative("hours", x), text: { field: "text", type: "nominal" } },
      },
    ],
  };
}
