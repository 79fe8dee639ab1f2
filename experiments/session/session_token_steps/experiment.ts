import { defineExperiment, type Figure, type Headline, integer, list, number, text } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { type ChosenSession, fileStem, shortId } from "../../../lib/trace/sessions.ts";
import { paperChart, sessionChart } from "./charts.ts";
import { tokensText } from "./format.ts";
import { chooseSessions, openingOf, type SessionWindow, sessionsById, windowOf } from "./plan.ts";
import { isCandidate, rankBy, rateSession } from "./selection.ts";
import { readSessions } from "./steps.ts";
import { candidatesTable, figureName, selectedSessions } from "./tables.ts";

const READING = `One figure per chosen session.

- **Bars**: green is read from the cache, magenta is new. A tall green bar with a thin magenta cap is the cheap steady
  state. A tall magenta bar is a context that had to be read again from (nearly) the start.
- **Dark line**: the size of the context. Where it falls at a purple line and stays low, the context was compacted;
  where only the color changes, the cache was missed.
- **Dashed lines**: steps with a user message, numbered U1, U2 … The space between two of them is how long the
  agent went on by itself. Where there is no room for every number, some are left out; the line is always there.
- **Strip**: each block holds the steps of the same five minutes, so a wide block is a burst. The time since the start
  is above it every half hour. Below it \`+25m\` means that 25 minutes passed without a step; a magenta bar right after
  such a gap is a cache that expired. Short gaps lose their label first. Where the clock and the order of steps disagree,
  blocks overlap.`;
const PAPER_READING = `The opening of a session, wide and short, with \`User\` where a run of user messages begins, the time on every block that has
room for it, and without compactions. Drawn for \`--paper-session\` only.`;

export default defineExperiment(import.meta.url, {
  title: "Token steps of single sessions",
  question: "Inside one session, how do cached prefix and new input add up step by step, and where do user messages and compactions fall?",
  empty: "No session in this pool was chosen.",
  unfinishedOutput: "left out of tables",
  flags: {
    sessionId: list(text({ says: "Draw exactly these sessions, in this order, instead of choosing some" })),
    provider: text({ says: "Choose only among sessions of this provider, such as claude" }),
    topSessions: integer({ min: 1, default: 6, says: "Number of sessions to pick by balanced score" }),
    contextSessions: integer({ min: 0, default: 4, says: "Number of sessions to pick by context score" }),
    compactionSessions: integer({ min: 0, default: 4, says: "Number of sessions to pick by compaction score" }),
    minRounds: integer({ min: 0, default: 60, says: "Minimum number of steps of a candidate" }),
    maxRounds: integer({ min: 0, default: 220, says: "Maximum number of steps of a candidate" }),
    minUserInputRounds: integer({ min: 0, default: 2, says: "Minimum number of a candidate's steps with a user message" }),
    minToolResultRounds: integer({ min: 0, default: 10, says: "Minimum number of a candidate's steps with a tool result" }),
    maxUserInputFraction: number({ min: 0, default: 0.7, says: "Maximum share of a candidate's steps with a user message" }),
    maxSteps: integer({ min: 1, says: "Maximum number of consecutive steps to draw of a session" }),
    candidateLimit: integer({ min: 0, default: 100, says: "Maximum number of rows in the candidates table" }),
    selectOffset: integer({ default: 0, says: "Number of chosen sessions to skip, to share the work between runs" }),
    selectStride: integer({ min: 1, default: 1, says: "Draw every n-th of the remaining sessions" }),
    paperSession: list(text({ says: "Also draw the opening of these sessions, laid out for a paper" })),
    paperSteps: integer({ min: 1, default: 40, says: "Number of steps of such an opening" }),
  },
  async run({ db, options }) {
    const sessions = (await readSessions(db)).map(rateSession);
    const candidates = sessions.filter((session) => isCandidate(session, options));
    const selected = chooseSessions(sessions, candidates, options);
    const windows = selected.map((session) => windowOf(session, options.maxSteps));
    const openings = sessionsById(sessions, options.paperSession).map((session) => openingOf(session, options.paperSteps));
    const ranked = rankBy(candidates, (session) => session.score);
    const figures = [...once(windows).map(sessionFigure), ...once(openings).map(paperFigure)];
    return {
      tables: [candidatesTable(ranked.slice(0, options.candidateLimit), new Set(selected))],
      documents: [selectedSessions(windows)],
      ...(figures.length > 0 && { figures }),
      headlines: headlines(sessions.length, candidates.length, windows),
      notes: notes(candidates.length, options.candidateLimit),
      /** The drawn sessions in order, each once. */
      provides: once(windows).map(({ session }): ChosenSession => session),
    };
  },
});

/** One window per session: a session that was asked for twice is drawn once. */
function once(windows: readonly SessionWindow[]): SessionWindow[] {
  return [...new Map(windows.map((window) => [window.session.id, window])).values()];
}

function sessionFigure(window: SessionWindow): Figure {
  const { metrics, session } = window;
  const peak = tokensText(metrics.max_total_input_tokens);
  return {
    name: figureName(session),
    title: `Token accumulation in ${shortId(session.id)}`,
    spec: sessionChart(window),
    caption:
      `${counted(metrics.rounds, "step")} of a ${session.provider} session, ${grouped(metrics.user_input_rounds)} of them with a user message. ` +
      `The context peaks at ${peak} tokens and is compacted ${counted(metrics.compaction_count, "time")}. ` +
      "A tall magenta bar is input that had to be read again; a purple line marks a context that was cut and stayed small.",
    reading: READING,
    alt:
      `Stacked bars per agent step of cached prefix and new input in ${counted(metrics.rounds, "step")}, below a strip of five-minute blocks. ` +
      `The total rises to ${peak} tokens; dashed lines mark user messages, purple lines mark ${counted(metrics.compaction_count, "compaction")}.`,
  };
}

function paperFigure(window: SessionWindow): Figure {
  const { session, steps } = window;
  return {
    name: `${fileStem(session.id)}_first${steps.length}_paper`,
    title: `Opening of ${shortId(session.id)}`,
    spec: paperChart(window),
    caption: `The first ${counted(steps.length, "step")} of a ${session.provider} session, laid out for a paper.`,
    reading: PAPER_READING,
    alt: `Stacked bars of cached prefix and new input for the first ${counted(steps.length, "agent step")}, below a strip of five-minute blocks.`,
  };
}

function headlines(sessions: number, candidates: number, windows: readonly SessionWindow[]): Headline[] {
  if (windows.length === 0) return [];
  const longest = Math.max(...windows.map(({ metrics }) => metrics.rounds));
  const peak = Math.max(...windows.map(({ metrics }) => metrics.max_total_input_tokens));
  const compactions = once(windows).reduce((sum, { metrics }) => sum + metrics.compaction_count, 0);
  return [
    { label: "candidates among sessions", value: `${grouped(candidates)} of ${grouped(sessions)}` },
    { label: "longest session shown", value: counted(longest, "step") },
    { label: "largest context shown", value: `${tokensText(peak)} tokens` },
    { label: "compactions marked", value: grouped(compactions) },
  ];
}

function notes(candidates: number, limit: number): string[] {
  return [
    ...(candidates === 0 ? ["No session in this pool passes the filters, so the table of candidates is empty."] : []),
    ...(candidates > limit ? [`The table holds the first ${grouped(limit)} of ${grouped(candidates)} candidates.`] : []),
  ];
}
