import { defineExperiment, type Headline, integer, text } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import { priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { archiveFigure } from "./archive-chart.ts";
import { curveFigure, endingsFigure, momentText } from "./charts.ts";
import { type Lifecycle, type Options, readLifecycle, resumeShare } from "./measure.ts";
import { tablesOf } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Session lifecycle",
  question: "When is a silent session over, how do sessions end, and which may still go on?",
  empty: "No session of this pool has a time before the moment in question.",
  unfinishedOutput: "counted as logged",
  flags: {
    asOf: text({ says: "The moment to look at, ISO 8601, UTC unless it has a zone; the latest time in the pool unless given" }),
    activeSeconds: integer({ default: 300, min: 60, says: "A session is active up to this silence, in seconds" }),
    idleSeconds: integer({ default: 14_400, min: 60, says: "Idle up to this silence, stale beyond" }),
    failingStreak: integer({ default: 3, min: 1, says: "Failed calls in a row at the end of a session that mark it as failing" }),
  },
  async run({ db, options }) {
    const lifecycle = await readLifecycle(db, options);
    const prices = await readPriceFacts(db);
    if (!lifecycle || lifecycle.providers.length === 0) return { tables: tablesOf(lifecycle) };
    const figures = [
      curveFigure(lifecycle, options),
      endingsFigure(lifecycle, options, prices.sentence),
      archiveFigure(lifecycle, options),
    ].filter((figure) => figure !== null);
    return {
      tables: tablesOf(lifecycle),
      figures,
      headlines: headlines(lifecycle, options),
      notes: [...notes(lifecycle, options), ...priceNotes(prices)],
    };
  },
});

function headlines({ endings, curve }: Lifecycle, { activeSeconds, idleSeconds }: Options): Headline[] {
  const sessions = sumOf(endings, (each) => each.sessions);
  const answered = sumOf(endings, (each) => (each.ending === "answered" ? each.sessions : 0));
  const goesOn = [activeSeconds, idleSeconds].map((seconds) => {
    const point = curve.find(({ provider, silence_s }) => provider === ALL && silence_s === seconds);
    return {
      label: `Silences of ${durationCompact(seconds)} after which the session goes on`,
      value: percent(point ? resumeShare(point) : null),
    };
  });
  return [{ label: "Sessions whose last step is an answer", value: percent(ratio(answered, sessions)) }, ...goesOn];
}

function notes(lifecycle: Lifecycle, { asOf }: Options): string[] {
  const count = (column: "empty_sessions" | "untimed_sessions" | "replayed_sessions" | "resumed_sessions") =>
    sumOf(lifecycle.leftOut, (row) => row[column]);
  const [empty, untimed, replayed, resumed] = [
    count("empty_sessions"),
    count("untimed_sessions"),
    count("replayed_sessions"),
    count("resumed_sessions"),
  ];
  return [
    ...(asOf === undefined
      ? [
          `Silence is counted up to ${momentText(lifecycle)}, the latest time in the pool. When the pool was collected is not recorded, so the session with that time is always active; --as-of sets another moment.`,
        ]
      : []),
    ...(empty > 0 ? [`${counted(empty, "session")} without tokens and calls, or without a step, are left out.`] : []),
    ...(untimed > 0 ? [`${counted(untimed, "session")} without times are left out.`] : []),
    ...(replayed > 0
      ? [
          `${counted(replayed, "session")} known only from a transcript that repeats their steps are left out: their times are those of the repetition.`,
        ]
      : []),
    ...(resumed > 0
      ? [`${grouped(resumed)} resumed ${resumed === 1 ? "file counts" : "files count"} as part of the session that they go on from.`]
      : []),
  ];
}
