/** The sessions that a run chose, as their pages show them. */
import fs from "node:fs";
import path from "node:path";
import type { FigureArtifact } from "../../../artifacts/artifacts.ts";
import { UserError } from "../../../files/errors.ts";
import { finalCounts } from "../../../format/counts.ts";
import { money, NONE } from "../../../format/numbers.ts";
import {
  readTimeline,
  TIMELINE_FORMAT,
  type Timeline,
  type TimelineCost,
  type TimelineDocument,
  type TimelineStep,
} from "../../../trace/timeline.ts";
import type { AtlasSource } from "../../atlas/atlas.ts";
import { minutesText, secondsText } from "./client/durations.ts";

/** The experiments that write the timelines, that chose the sessions and draw them, that draw their work without idle time, and that say what fills their contexts. */
export const TIMELINES = "session/session_timelines";
export const FIGURES = "session/session_token_steps";
export const MAPS = "session/session_map";
export const CONTEXTS = "session/context_delta_attribution";
export const INDEX = "sessions/index.html";
export const TITLE = "Sessions";
/** Where sessions are compared; `?a=…&b=…` names them. */
export const SIDE_BY_SIDE = { page: "sessions/compare/index.html", title: "Sessions side by side" } as const;
const TIMELINE_FILE = /\.timeline\.json$/;

export interface Session {
  readonly timeline: Timeline;
  /** What the timeline was read from. */
  readonly document: TimelineDocument;
  readonly figure: FigureArtifact | null;
  /** Its work without idle time. */
  readonly map: FigureArtifact | null;
  /** What fills its context, step by step. */
  readonly context: FigureArtifact | null;
  /** Path of its page in the gallery. */
  readonly page: string;
}

export function readSessions(source: AtlasSource): Session[] {
  const figureOf = (experiment: string, name: string) =>
    source.report.experiments.find(({ id }) => id === experiment)?.artifacts?.figures.find((figure) => figure.name === name) ?? null;
  return timelineFiles(source).map((file) => {
    const document: TimelineDocument = JSON.parse(fs.readFileSync(path.join(source.out, TIMELINES, file), "utf8"));
    if (document.format !== TIMELINE_FORMAT)
      throw new UserError(
        `${TIMELINES}/${file} has the format ${document.format ?? 1}, not ${TIMELINE_FORMAT}; run the experiments again.`,
      );
    const timeline = readTimeline(document);
    return {
      timeline,
      document,
      figure: figureOf(FIGURES, `${timeline.name}_token_steps`),
      map: figureOf(MAPS, `${timeline.name}_session_map`),
      context: figureOf(CONTEXTS, `${timeline.name}_composition`),
      page: sessionPage(timeline.name),
    };
  });
}

/** @param name as `shortId` gives it */
export function sessionPage(name: string): string {
  return `sessions/${name}/index.html`;
}

/** Address of the page that puts two sessions side by side. @param place of that page */
export function comparing(place: string, a: Session, b: Session): string {
  return `${place}?${new URLSearchParams({ a: a.timeline.name, b: b.timeline.name })}`;
}

/** Documents that hold a timeline. */
export function timelineFiles({ report }: AtlasSource): string[] {
  const { artifacts } = report.experiments.find(({ id }) => id === TIMELINES) ?? {};
  return (artifacts?.documents ?? []).map(({ file }) => file).filter((file) => TIMELINE_FILE.test(file));
}

/** Names of the sessions that have a page. */
export function sessionNames(source: AtlasSource): Set<string> {
  return new Set(timelineFiles(source).map((file) => file.replace(TIMELINE_FILE, "")));
}

export function titleOf({ timeline }: Session): string {
  return `Session ${timeline.name}`;
}

/** Of the steps that the timeline holds. */
export function sumsOf({ steps }: Timeline) {
  const sum = (count: (step: TimelineStep) => number) => steps.reduce((total, step) => total + count(step), 0);
  return {
    input: sum((step) => step.prefixTokens + step.appendTokens),
    prefix: sum((step) => step.prefixTokens),
    output: steps.some(isOutputKnown) ? sum((step) => step.outputTokens ?? 0) : null,
    /** `final counts of 3 of 9 steps`; null where all are final. */
    outputCounts: finalCounts(steps.filter(isOutputKnown).length, steps.length),
    calls: sum((step) => step.callCount),
    users: sum((step) => Number(step.user)),
    compactions: sum((step) => Number(step.compaction !== null)),
  };
}

/** `$1.20`, `$1.20 to $1.45`, or a dash without a price. */
export function costText({ pricedSteps, usd, usdMost }: TimelineCost): string {
  if (pricedSteps === 0) return NONE;
  return money(usd) === money(usdMost) ? money(usd) : `${money(usd)} to ${money(usdMost)}`;
}

function isOutputKnown({ outputTokens }: TimelineStep): boolean {
  return outputTokens !== null;
}

export function durationText(seconds: number): string {
  return seconds < 60 ? secondsText(seconds) : minutesText(Math.round(seconds / 60));
}
