/** The sessions of a run that have pages: all of them where the run left an archive, else those that experiments chose. */
import fs from "node:fs";
import path from "node:path";
import { UserError } from "../../../files/errors.ts";
import { money, NONE } from "../../../format/numbers.ts";
import { groupBy } from "../../../stats/group-by.ts";
import { readTimeline, TIMELINE_FORMAT, type TimelineCost, type TimelineDocument } from "../../../trace/timeline.ts";
import type { AtlasSource } from "../../atlas/atlas.ts";
import type { GalleryFolder } from "../../folder.ts";
import type { SessionTitles } from "../search/titles.ts";
import { partScript, readPart, readSessionArchive, type SessionArchive } from "./archive.ts";
import { factsOf, type SessionFacts } from "./facts.ts";
import type { ListEntry } from "./list.ts";

/** The experiments that write the timelines, that chose the sessions and draw them, that draw their work without idle time, and that say what fills their contexts. */
export const TIMELINES = "session/session_timelines";
export const FIGURES = "session/session_token_steps";
export const MAPS = "session/session_map";
export const CONTEXTS = "session/context_delta_attribution";
export const INDEX = "sessions/index.html";
export const TITLE = "Sessions";
/** Where sessions are compared; `?a=…&b=…` names them. */
export const SIDE_BY_SIDE = { page: "sessions/compare/index.html", title: "Sessions side by side" } as const;
/** All sessions as the list has them: for its script, and as a table. */
export const LIST_SCRIPT = "sessions/list.js";
export const LIST_CSV = "sessions/sessions.csv";
const DRAWN = [
  { experiment: FIGURES, end: "token_steps", title: "token steps" },
  { experiment: MAPS, end: "session_map", title: "map" },
  { experiment: CONTEXTS, end: "composition", title: "what fills the context" },
] as const;
const JSON_FILE = /\.json$/;
const TIMELINE_FILE = /\.timeline\.json$/;

export interface Session extends SessionFacts {
  /** That experiments drew of it, by the names of figures. */
  readonly figures: readonly { readonly experiment: string; readonly figure: string; readonly title: string }[];
  /** Path of its page in the gallery. */
  readonly page: string;
  /** Path of the script with its timeline. */
  readonly part: string;
}

/** In the order of time where all have a page, else in that of choice. */
export function readSessions(source: AtlasSource): Session[] {
  const drawn = new Set(
    source.report.experiments.flatMap(({ id, artifacts }) => (artifacts?.figures ?? []).map(({ name }) => `${id} ${name}`)),
  );
  const archive = archiveOf(source);
  const known =
    archive?.sessions ?? timelineFiles(source).map((file) => ({ ...factsOf(readTimeline(readDocument(source, file))), part: "" }));
  return known.map((facts) => ({
    ...facts,
    figures: DRAWN.map(({ end, ...of }) => ({ ...of, figure: `${facts.name}_${end}` })).filter(({ experiment, figure }) =>
      drawn.has(`${experiment} ${figure}`),
    ),
    page: sessionPage(facts.name),
    part: archive ? `sessions/parts/${facts.part.replace(JSON_FILE, ".js")}` : `sessions/${facts.name}/timeline.js`,
  }));
}

/** Puts the timelines into the gallery as scripts, because pages opened from disk can't read JSON. */
export function writeParts(source: AtlasSource, folder: GalleryFolder): void {
  const archive = archiveOf(source);
  if (archive)
    for (const part of new Set(archive.sessions.map((session) => session.part)))
      folder.write(`sessions/parts/${part.replace(JSON_FILE, ".js")}`, partScript(readPart(source.out, part)));
  else
    for (const file of timelineFiles(source)) {
      const document = readDocument(source, file);
      folder.write(`sessions/${document.name}/timeline.js`, partScript([{ ...document, context: null }]));
    }
}

function readDocument({ out }: AtlasSource, file: string): TimelineDocument {
  const document: TimelineDocument = JSON.parse(fs.readFileSync(path.join(out, TIMELINES, file), "utf8"));
  if (document.format !== TIMELINE_FORMAT)
    throw new UserError(`${TIMELINES}/${file} has the format ${document.format ?? 1}, not ${TIMELINE_FORMAT}; run the experiments again.`);
  return document;
}

/** Read once for all pages. */
const archives = new WeakMap<AtlasSource, SessionArchive | null>();

function archiveOf(source: AtlasSource): SessionArchive | null {
  const known = archives.get(source);
  if (known !== undefined) return known;
  const archive = readSessionArchive(source.out, source.report.pool);
  archives.set(source, archive);
  return archive;
}

/** @param name as `shortId` gives it */
export function sessionPage(name: string): string {
  return `sessions/${name}/index.html`;
}

/** Address of the page that puts two sessions side by side. @param place of that page */
export function comparing(place: string, a: Session, b: Session): string {
  return `${place}?${new URLSearchParams({ a: a.name, b: b.name })}`;
}

/** Documents that hold a timeline. */
function timelineFiles({ report }: AtlasSource): string[] {
  const { artifacts } = report.experiments.find(({ id }) => id === TIMELINES) ?? {};
  return (artifacts?.documents ?? []).map(({ file }) => file).filter((file) => TIMELINE_FILE.test(file));
}

/** Every session of the pool has a page. */
export function isWhole(source: AtlasSource): boolean {
  return archiveOf(source) !== null;
}

/** Names of the sessions that have a page. */
export function sessionNames(source: AtlasSource): Set<string> {
  const names = archiveOf(source)?.sessions.map(({ name }) => name);
  return new Set(names ?? timelineFiles(source).map((file) => file.replace(TIMELINE_FILE, "")));
}

/** Of the sessions that have a page, by project. */
export function sessionTitles(source: AtlasSource): SessionTitles[] {
  return [...groupBy(readSessions(source), ({ project }) => project)].map(([project, sessions]) => ({
    project,
    names: sessions.map(({ name }) => name),
    titles: sessions.some(({ title }) => title !== null) ? sessions.map(({ title }) => title) : null,
  }));
}

export function entryOf(session: Session): ListEntry {
  const { name, provider, model, project, title, start, durationS, active, stepCount, cost, helpers, isHelper } = session;
  const { input, output, outputCounts, calls, failed } = session;
  const isPriced = cost.pricedSteps > 0;
  return {
    ...{ name, provider, model, project, title, start, durationS, activeS: active?.seconds ?? null, steps: stepCount },
    usd: isPriced ? cost.usd : null,
    usdMost: isPriced ? cost.usdMost : null,
    isMarked: cost.prices !== null,
    ...{ input, output, isPartial: outputCounts !== null, calls, failed },
    helpers: helpers.sessions,
    helpersUsd: helpers.pricedSteps > 0 ? helpers.usd : null,
    isHelper,
  };
}

export function titleOf({ name }: Session): string {
  return `Session ${name}`;
}

/** `$1.20`, `$1.20 to $1.45`, or a dash without a price. */
export function costText({ pricedSteps, usd, usdMost }: TimelineCost): string {
  if (pricedSteps === 0) return NONE;
  return money(usd) === money(usdMost) ? money(usd) : `${money(usd)} to ${money(usdMost)}`;
}
