import { choice, defineExperiment, flag, type Headline, integer, list, query, type RowOf, text } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { counted } from "../../../lib/format/counts.ts";
import { durationTick, hoursCompact } from "../../../lib/format/durations.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import type { Timeline } from "../../../lib/trace/timeline.ts";
import sessionTimelines from "../session_timelines/experiment.ts";
import { mapFigure } from "./chart.ts";
import { chooseMaps, mapOf, type SessionMap } from "./map.ts";
import { tablesOf } from "./tables.ts";
import { readTargets } from "./targets.ts";
import type { Mode } from "./track.ts";
import { treemapFigure } from "./treemap.ts";

const AXIS = query("axis.sql", {
  kind: ["running", "human", "silent"],
  basis: ["tool", "generation", "call", "message", null],
  gaps: "number",
  gap_us: "number",
});
type Gaps = RowOf<typeof AXIS>;

const US_PER_H = 3.6e9;

export default defineExperiment(import.meta.url, {
  title: "Session map",
  question: "How did one session go: which work when, with which helpers, at what context and cost, without the time in which nothing ran?",
  empty: "No chosen session in this pool has a step.",
  flags: {
    sessionId: list(text({ says: "Draw exactly these sessions, in this order, instead of choosing some" })),
    sessions: integer({ min: 1, default: 6, says: "Number of sessions to pick: by cost, context and idle gaps in turn" }),
    gapSeconds: integer({ min: 60, default: 300, says: "Longest gap in which nothing ran that keeps its length, in seconds" }),
    collapsedSeconds: integer({ min: 0, default: 30, says: "Length of longer ones on the axis, in seconds" }),
    mode: choice(["time", "step", "both"], { default: "time", says: "Draw by active time, step by step, or a figure of each" }),
    targets: flag({ says: "Say what each call is about and draw the files touched, which only own traces know and which is private" }),
  },
  needs: { timelines: sessionTimelines },
  async run({ db, options, needs }) {
    const axis = { gapS: options.gapSeconds, collapsedS: options.collapsedSeconds };
    const mapped = (timeline: Timeline) => mapOf(timeline, axis);
    const maps =
      options.sessionId.length > 0
        ? asked(needs.timelines, options.sessionId).map(mapped)
        : chooseMaps(needs.timelines.filter(({ steps }) => steps.length > 0).map(mapped), options.sessions);
    const prices = await readPriceFacts(db);
    const gaps = await db.rows(AXIS, { gap_us: options.gapSeconds * 1e6 });
    const targets = options.targets ? await readTargets(db, maps) : null;
    const figures = [
      ...maps.flatMap((map) => modesOf(options.mode, map).map((mode) => mapFigure(map, mode, prices.asOf))),
      ...(targets ? maps.flatMap((map) => treemapFigure(map, targets) ?? []) : []),
    ];
    return {
      tables: tablesOf(maps, targets?.of),
      ...(figures.length > 0 && { figures }),
      headlines: headlines(gaps, options.gapSeconds),
      notes: maps.length === 0 ? [] : [...notes(maps, gaps, options), ...priceNotes(prices)],
    };
  },
});

/** @throws UserError for a session that has no timeline */
function asked(timelines: readonly Timeline[], ids: readonly string[]): Timeline[] {
  return [...new Set(ids)].map((id) => {
    const found = timelines.find(({ sessionId }) => sessionId === id);
    if (!found) throw new UserError(`--session-id names "${id}", which is not a session of this pool with a step.`);
    return found;
  });
}

/** A session without times has only its steps. */
function modesOf(mode: "time" | "step" | "both", { timeline }: SessionMap): Mode[] {
  if (timeline.durationS === null) return ["step"];
  return mode === "both" ? ["time", "step"] : [mode];
}

function headlines(gaps: readonly Gaps[], gapSeconds: number): Headline[] {
  if (gaps.length === 0) return [];
  const running = gaps.filter(({ kind }) => kind === "running");
  const hours = (of: readonly Gaps[]) => hoursCompact(sumOf(of, ({ gap_us }) => gap_us) / US_PER_H);
  const idle = gaps.filter(({ kind }) => kind !== "running");
  return [
    { label: `Gaps over ${durationTick(gapSeconds)} without an event`, value: grouped(sumOf(gaps, (each) => each.gaps)) },
    {
      label: "Gaps in which something ran",
      value: running.length === 0 ? "0" : `${grouped(sumOf(running, (each) => each.gaps))}, ${hours(running)}`,
    },
    { label: "Idle time in gaps", value: hours(idle) },
  ];
}

function notes(
  maps: readonly SessionMap[],
  gaps: readonly Gaps[],
  { gapSeconds, targets }: { readonly gapSeconds: number; readonly targets: boolean },
): string[] {
  const said = (what: string, is: (gap: Gaps) => boolean) => {
    const own = gaps.filter(is);
    const count = sumOf(own, (each) => each.gaps);
    return count === 0 ? [] : [`${grouped(count)} ${what} (${hoursCompact(sumOf(own, ({ gap_us }) => gap_us) / US_PER_H)})`];
  };
  const parts = [
    ...said("in which a tool ran", ({ basis }) => basis === "tool"),
    ...said("in which the model generated", ({ basis }) => basis === "generation"),
    ...said("in a call that waited for a person", ({ basis }) => basis === "call"),
    ...said("that a user message ended", ({ basis }) => basis === "message"),
    ...said("of unknown silence", ({ basis }) => basis === null),
  ];
  const untimed = maps.filter(({ timeline }) => timeline.durationS === null).length;
  return [
    ...(parts.length > 0
      ? [
          `The whole pool has ${counted(
            sumOf(gaps, (each) => each.gaps),
            "gap",
          )} over ${durationTick(gapSeconds)} without an event: ${parts.join(", ")}. The axis keeps those in which something ran.`,
        ]
      : []),
    ...(untimed > 0 ? [`${counted(untimed, "session")} without times ${untimed === 1 ? "is" : "are"} drawn step by step.`] : []),
    ...(targets ? ["These figures and tables name files and commands and are private."] : []),
  ];
}
