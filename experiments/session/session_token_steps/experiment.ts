import { defineExperiment, type Figure, type Headline, integer, list, number, text } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { type ChosenSession, fileStem, shortId } from "../../../lib/trace/sessions.ts";
import { paperChart, sessionChart, sessionsChart } from "./charts.ts";
import { findCompactions } from "./compaction.ts";
import { tokensText } from "./format.ts";
import { appendOfRereads, chooseSessions, openingOf, type Session, type SessionWindow, sessionsById, windowOf } from "./plan.ts";
import { firstOf, type RatedSession, readSessions } from "./selection.ts";
import { readSteps } from "./steps.ts";
import { candidatesTable, figureName, selectedSessions } from "./tables.ts";

const READING = `One figure per chosen session.

- **Areas**: what a step reads, in order. Green comes from the cache, magenta is new. Tall green with a thin magenta edge is the
  cheap steady state. Where the height falls at a purple line and stays low, the context was compacted.
- **Triangles**: steps at which less than half of the context of the step before came from the cache although at least half of it
  was read: the cache was missed, and the context was paid for as new input.
- **Dashed lines**: steps with a user message, numbered U1, U2 … The space between two of them is how long the
  agent went on by itself. Where there is no room for every number, some are left out; the line is always there.
- **Strip**: each block holds the steps of the same five minutes, so a wide block is a burst. The time since the start
  is above it every half hour. Below it \`+25m\` means that 25 minutes passed without a step; a triangle right after
  such a gap is a cache that expired. Short gaps lose their label first. Where the clock and the order of steps disagree,
  blocks overlap.
- **Line below**: the output of each step, on a scale of its own; a gap is a count that is not final.`;
const SUMMARY_READING = `All chosen sessions on the same two axes: steps to the right, input tokens upward. Green comes from the cache, magenta is new.
A slow rise that falls back at once is a compaction; a magenta spike is a context that was read again.`;
const PAPER_READING = `The opening of a session, wide and short, with \`User\` where a run of user messages begins, the time on every block that has
room for it, and without compactions. Drawn for \`--paper-session\` only.`;

export default defineExperiment(import.meta.url, {
  title: "Token steps of single sessions",
  question: "Inside one session, how do cached prefix and new input add up step by step, and where do user messages and compactions fall?",
  empty: "No session in this pool was chosen.",
  unfinishedOutput: "left out",
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
    const asked = [...options.sessionId, ...options.paperSession];
    const { rated, sessions, candidates } = await readSessions(db, { ...options, asked });
    const chosen = chooseSessions(rated, options);
    const papers = sessionsById(rated, options.paperSession);
    const stepsOf = await readSteps(db, [...new Set([...chosen, ...papers].map(({ id }) => id))]);
    const whole = (session: RatedSession): Session => ({ ...session, steps: known(stepsOf.get(session.id)) });
    // Without candidates, a session of any length is drawn.
    const windows = chosen.map((session) =>
      windowOf(whole(session), options.maxSteps ?? (candidates === 0 && options.sessionId.length === 0 ? options.maxRounds : undefined)),
    );
    const openings = papers.map((session) => openingOf(whole(session), options.paperSteps));
    const figures = [...summaryFigures(once(windows)), ...once(windows).map(sessionFigure), ...once(openings).map(paperFigure)];
    const listed = firstOf(rated, "scoreRank", options.candidateLimit).filter(({ isCandidate }) => isCandidate);
    return {
      tables: [candidatesTable(listed, new Set(chosen))],
      documents: [selectedSessions(windows)],
      ...(figures.length > 0 && { figures }),
      headlines: headlines(sessions, candidates, windows),
      notes: notes(candidates, options.candidateLimit, windows.length),
      /** The drawn sessions in order, each once. */
      provides: once(windows).map(({ session }): ChosenSession => ({ ...session, compactions: findCompactions(session.steps) })),
    };
  },
});

/** One window per session: a session that was asked for twice is drawn once. */
function once(windows: readonly SessionWindow[]): SessionWindow[] {
  return [...new Map(windows.map((window) => [window.session.id, window])).values()];
}

/** One in front of several sessions. */
function summaryFigures(windows: readonly SessionWindow[]): Figure[] {
  if (windows.length < 2) return [];
  const shareOf = ({ rereads, steps }: SessionWindow) => rereads.length / steps.length;
  const most = windows.reduce((a, b) => (shareOf(b) > shareOf(a) ? b : a));
  const least = windows.reduce((a, b) => (shareOf(b) < shareOf(a) ? b : a));
  return [
    {
      name: "session_token_steps",
      title:
        most.rereads.length === 0
          ? "The cache holds in all of these sessions"
          : `${shortId(most.session.id)} misses the cache most often: at ${grouped(most.rereads.length)} of ${counted(most.steps.length, "step")}`,
      subtitle: "Input tokens by step, green: from the cache, magenta: new. All sessions have the same axes.",
      spec: sessionsChart(windows),
      caption:
        `${grouped(windows.length)} chosen sessions on equal axes. The heading of each panel says at how many steps less than half of the context came from the cache: ` +
        `least often in ${shortId(least.session.id)}, most often in ${shortId(most.session.id)}. These are chosen for being interesting, not for being typical.`,
      reading: SUMMARY_READING,
      alt: `A grid of stacked areas of cached prefix and new input over agent steps, one panel for each of ${counted(windows.length, "session")}, all on the same axes.`,
    },
  ];
}

function sessionFigure(window: SessionWindow): Figure {
  const { metrics, session } = window;
  const peak = tokensText(metrics.max_total_input_tokens);
  return {
    name: figureName(session),
    title: finding(window),
    subtitle: subtitle(window),
    spec: sessionChart(window),
    caption:
      `${counted(metrics.rounds, "step")} of a ${session.provider} session, ${grouped(metrics.user_input_rounds)} of them with a user message. ` +
      `The context peaks at ${peak} tokens and is compacted ${counted(metrics.compaction_count, "time")}. ` +
      "A triangle marks input that had to be read again; a purple line marks a context that was cut and stayed small.",
    reading: READING,
    alt:
      `Stacked areas of cached prefix and new input over ${counted(metrics.rounds, "agent step")}, below a strip of five-minute blocks. ` +
      `The total rises to ${peak} tokens; dashed lines mark user messages, purple lines mark ${counted(metrics.compaction_count, "compaction")}.`,
  };
}

function finding(window: SessionWindow): string {
  const { rereads, metrics } = window;
  if (metrics.rounds === 1) return `A single step that reads ${countCompact(metrics.total_input_tokens)} tokens`;
  if (rereads.length === 0) return "The cache holds: no step reads most of the context again";
  const tokens = `${countCompact(appendOfRereads(window))} of ${countCompact(metrics.total_append_tokens)}`;
  return `${grouped(rereads.length)} of ${counted(metrics.rounds, "step")} read the context again: ${tokens} new tokens`;
}

function subtitle({ session, start, steps }: SessionWindow): string {
  const whole = steps.length === session.metrics.rounds;
  const span = whole ? "" : `, its steps ${grouped(start + 1)} to ${grouped(start + steps.length)} of ${grouped(session.metrics.rounds)}`;
  return `Tokens by step in ${shortId(session.id)} (${shortLabel(session.model)})${span}.`;
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
    { label: "Candidates among sessions", value: `${grouped(candidates)} of ${grouped(sessions)}` },
    { label: "Longest session shown", value: counted(longest, "step") },
    { label: "Largest context shown", value: `${countCompact(peak)} tokens` },
    { label: "Compactions marked", value: grouped(compactions) },
  ];
}

function notes(candidates: number, limit: number, drawn: number): string[] {
  const instead = drawn > 0 ? ", and the first of all sessions are drawn" : "";
  return [
    ...(candidates === 0 ? [`No session in this pool passes the filters, so the table of candidates is empty${instead}.`] : []),
    ...(candidates > limit ? [`The table holds the first ${grouped(limit)} of ${grouped(candidates)} candidates.`] : []),
  ];
}
