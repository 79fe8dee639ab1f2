import { defineExperiment, type Figure, type Headline, integer, list, number, text } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { paperChart, sessionChart } from "./charts.ts";
import { counted, tokensText } from "./format.ts";
import { fileStem, shortId } from "./identity.ts";
import { chooseSessions, openingOf, type SessionWindow, sessionsById, windowOf } from "./plan.ts";
import { isCandidate, type RatedSession, rankBy, rateSession } from "./selection.ts";
import { readSessions } from "./steps.ts";
import { candidatesTable, figureName, selectedSessions } from "./tables.ts";

/** What this experiment provides: the sessions that it draws, whole and in order, each once. */
export type SelectedSessions = readonly RatedSession[];

export default defineExperiment(import.meta.url, {
  title: "Token steps of single sessions",
  question: "Inside one session, how do cached prefix and new input add up step by step, and where do user messages and compactions fall?",
  flags: {
    sessionId: list(text({ says: "Draw exactly these sessions, in this order, instead of choosing some" })),
    provider: text({ says: "Choose only among sessions of this provider, such as claude" }),
    topSessions: integer({ min: 1, default: 6, says: "Sessions to pick by balanced score" }),
    contextSessions: integer({ min: 0, default: 4, says: "Sessions to pick by context score" }),
    compactionSessions: integer({ min: 0, default: 4, says: "Sessions to pick by number of compactions" }),
    minRounds: integer({ min: 0, default: 60, says: "Fewest steps of a candidate" }),
    maxRounds: integer({ min: 0, default: 220, says: "Most steps of a candidate" }),
    minUserInputRounds: integer({ min: 0, default: 2, says: "Fewest steps of a candidate that carry a user message" }),
    minToolResultRounds: integer({ min: 0, default: 10, says: "Fewest steps of a candidate that carry a tool result" }),
    maxUserInputFraction: number({ min: 0, default: 0.7, says: "Largest share of a candidate's steps that may carry a user message" }),
    maxSteps: integer({ min: 1, says: "Draw at most this many consecutive steps of a session" }),
    candidateLimit: integer({ min: 0, default: 100, says: "Most rows of the candidates table" }),
    selectOffset: integer({ default: 0, says: "Skip this many of the chosen sessions, to share the work between runs" }),
    selectStride: integer({ min: 1, default: 1, says: "Then draw every n-th of them" }),
    paperSession: list(text({ says: "Draw also the opening of these sessions, laid out for a paper" })),
    paperSteps: integer({ min: 1, default: 40, says: "Steps of such an opening" }),
  },
  async run({ db, options }) {
    const sessions = (await readSessions(db)).map(rateSession);
    const candidates = sessions.filter((session) => isCandidate(session, options));
    const selected = chooseSessions(sessions, candidates, options);
    const windows = selected.map((session) => windowOf(session, options.maxSteps));
    const openings = sessionsById(sessions, options.paperSession).map((session) => openingOf(session, options.paperSteps));
    const ranked = rankBy(candidates, (session) => session.score);
    return {
      tables: [candidatesTable(ranked.slice(0, options.candidateLimit), new Set(selected))],
      documents: [selectedSessions(windows)],
      figures: [...once(windows).map(sessionFigure), ...once(openings).map(paperFigure)],
      headlines: headlines(sessions.length, candidates.length, windows),
      notes: notes(candidates.length, windows.length, options.candidateLimit),
      provides: once(windows).map(({ session }) => session) satisfies SelectedSessions,
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
      "A tall orange bar is input that had to be read anew; a purple line marks a context that was cut and stayed small.",
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

function notes(candidates: number, drawn: number, limit: number): string[] {
  return [
    ...(candidates === 0 ? ["No session of this pool passes the filters, so the table of candidates is empty."] : []),
    ...(drawn === 0 ? ["There is no session to draw."] : []),
    ...(candidates > limit ? [`The table holds the first ${grouped(limit)} of ${grouped(candidates)} candidates.`] : []),
  ];
}
