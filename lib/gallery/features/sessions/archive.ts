/**
 * All sessions of a pool for their pages, written by a run: what is known of each one, and their timelines in parts of some
 * thousand steps. Read part by part, so that memory stays bounded.
 */
import fs from "node:fs";
import path from "node:path";
import type { Pool, PoolSummary } from "../../../db/open/pool.ts";
import { LISTED_SESSIONS, readSessions, SESSION_SQL, type SessionPart } from "../../../db/timelines/read.ts";
import { query } from "../../../experiment.ts";
import { Draft } from "../../../files/atomic.ts";
import { UserError } from "../../../files/errors.ts";
import { sha256 } from "../../../files/hash.ts";
import { readInside } from "../../../files/inside.ts";
import { relationSql, relationsOf, withThoseTheyRead } from "../../../relations/relations.ts";
import { groupBy } from "../../../stats/group-by.ts";
import { CONTEXT_SOURCES } from "../../../trace/context.ts";
import type { ChosenSession } from "../../../trace/sessions.ts";
import { TIMELINE_FORMAT, timelineDocument } from "../../../trace/timeline.ts";
import { TIMELINE_COSTS, timelinesOf } from "../../../trace/timeline-rows.ts";
import { packedJson } from "../../packing.ts";
import { contextData, grownBy, type SessionData } from "./context.ts";
import { factsOf, type SessionFacts } from "./facts.ts";

const FOLDER = "sessions";
const RECORD = "sessions.json";
/** Bumped when the files are written in another way. */
const VERSION = 5;
const STEPS_PER_PART = 4_000;
/** Steps that are read at once, a multiple of those: each query looks at all rows of the pool. */
const STEPS_READ = 10 * STEPS_PER_PART;
/** Of a longer session, its first steps; of a step with more calls, its first. */
const LIMITS = { steps: 20_000, callsPerStep: 40 };
/** A site with more would be too large for most hosts. */
export const LARGEST_POOL_STEPS = 500_000;

/** As `fileStem` makes it; it becomes a part of addresses and pages. */
const SAFE_NAME = /^\w[\w.-]*$/;

const COSTS = query("costs of sessions", TIMELINE_COSTS);
const CONTEXTS = query("contexts of sessions", { session_id: "text", round_pk: "number", segment: "number", ...CONTEXT_SOURCES });
const SQL = {
  labels: "-- uses: project_labels\nFROM project_labels",
  costs: `-- uses: timeline_costs
    SELECT timeline_costs.* FROM timeline_costs JOIN ${LISTED_SESSIONS} USING (session_id) WHERE part = $part ORDER BY session_id, paid_id, basis`,
  contexts: `-- uses: context_parts, context_sources
    SELECT session_id, round_pk, segment, context_sources.* EXCLUDE (round_pk)
    FROM context_parts
    JOIN context_sources USING (round_pk)
    JOIN ${LISTED_SESSIONS} USING (session_id)
    WHERE part = $part
    ORDER BY session_id, step`,
};

export interface SessionArchive {
  /** Equal keys mean equal files: a hash over the pool's fingerprint and the definitions of what is in them. */
  readonly key: string;
  readonly fingerprint: string;
  /** Titles and projects are those of its owner, for pages that say so. */
  readonly isPrivate: boolean;
  /** By time. */
  readonly sessions: readonly ArchivedSession[];
}

export interface ArchivedSession extends SessionFacts {
  /** The file with its timeline, in the folder of the archive. */
  readonly part: string;
}

export interface ArchiveRequest {
  readonly pool: Pool;
  readonly summary: PoolSummary;
  /** Folder of the run. */
  readonly out: string;
  /** Called when it has to be written. */
  readonly onWrite?: () => void;
}

/** Writes the archive into the run's folder, unless it is there and fresh. Pools that are too large for a site get none. */
export async function writeSessionArchive({ pool, summary, out, onWrite }: ArchiveRequest): Promise<void> {
  const key = keyOf(summary);
  if (readJson(out)?.key === key) return;
  fs.rmSync(path.join(out, FOLDER), { recursive: true, force: true });
  if (summary.rounds > LARGEST_POOL_STEPS) return;
  onWrite?.();
  const draft = new Draft(path.join(out, FOLDER));
  try {
    const folder = draft.makeFolder();
    const sessions = await sessionParts(pool, summary.isPrivate, (part, data) =>
      fs.writeFileSync(path.join(folder, part), `${JSON.stringify(data)}\n`),
    );
    const { fingerprint, isPrivate } = summary;
    const archive: SessionArchive = { key, fingerprint, isPrivate, sessions };
    fs.writeFileSync(path.join(folder, RECORD), `${JSON.stringify(archive)}\n`);
    draft.publish({ sync: false });
  } finally {
    draft.discard();
  }
}

/** The archive of a run's folder; null when there is none, or it is that of another pool, or has names that these pages may not show. */
export function readSessionArchive(
  out: string,
  { fingerprint, isPrivate }: Pick<PoolSummary, "fingerprint" | "isPrivate">,
): SessionArchive | null {
  const archive = readJson(out);
  return archive?.fingerprint === fingerprint && archive.isPrivate === isPrivate ? archive : null;
}

/** Sessions of a part. Whoever made the run may have written anything there, so pages get what is read here, and not the file. */
export function readPart(out: string, part: string): readonly SessionData[] {
  const text = readInside(out, `${FOLDER}/${part}`);
  if (text === null) throw new UserError(`${path.join(out, FOLDER, part)} is missing; run the experiments again.`);
  const sessions: readonly SessionData[] = JSON.parse(text);
  return sessions;
}

/** The script that leaves sessions behind for a page to find its own. */
export function partScript(sessions: readonly SessionData[]): string {
  return `globalThis.traceAtlasTimelines = "${packedJson(sessions)}";\n`;
}

function readJson(out: string): SessionArchive | null {
  const text = readInside(out, `${FOLDER}/${RECORD}`);
  if (text === null) return null;
  const archive: SessionArchive = JSON.parse(text);
  const odd = archive.sessions.find(({ name }) => !SAFE_NAME.test(name));
  if (odd) throw new UserError(`${path.join(out, FOLDER, RECORD)} names a session ${JSON.stringify(odd.name)}; remove that folder.`);
  return archive;
}

function keyOf({ fingerprint, accounting, prices, isPrivate }: PoolSummary): string {
  const texts = [...Object.values(SESSION_SQL), ...Object.values(SQL)];
  const definitions = withThoseTheyRead(texts.flatMap(relationsOf)).map(relationSql);
  return sha256(
    JSON.stringify([VERSION, TIMELINE_FORMAT, fingerprint, accounting, prices, isPrivate, LIMITS, STEPS_PER_PART, texts, definitions]),
  );
}

/** What is known of each session, by time. @param keep gets their data, part by part */
export async function sessionParts(
  pool: Pool,
  isPrivate: boolean,
  keep: (part: string, data: readonly SessionData[]) => void,
): Promise<ArchivedSession[]> {
  const labels = new Map((await pool.rows<{ project: string; label: string }>(SQL.labels)).map(({ project, label }) => [project, label]));
  const archived: ArchivedSession[] = [];
  let steps = 0;
  for await (const part of readSessions(pool, { stepsPerPart: STEPS_READ, callsPerStep: LIMITS.callsPerStep })) {
    const files = new Map<string, SessionData[]>();
    for (const [i, { timeline, context }] of (await timelinesOfPart(pool, part)).entries()) {
      steps += timeline.stepCount;
      const file = `${Math.floor(steps / STEPS_PER_PART)}.json`;
      const { project = null, title = null, is_helper: isHelper = false } = part.sessions[i] ?? {};
      const named = isPrivate ? { project, title } : { project: project === null ? null : (labels.get(project) ?? null), title: null };
      archived.push({ ...factsOf(timeline), ...named, isHelper, grown: grownBy(context), part: file });
      const { step_columns, call_columns, gap_columns, helper_columns, ...data } = timelineDocument(timeline);
      const documents = files.get(file) ?? [];
      files.set(file, documents);
      documents.push({ ...data, context });
    }
    for (const [file, documents] of files) keep(file, documents);
  }
  return archived;
}

/** One per session, in their order. */
async function timelinesOfPart(pool: Pool, { part, sessions, rows }: SessionPart) {
  const stepsOf = groupBy(rows.steps, (step) => step.session_id);
  const chosen = sessions.map(
    ({ session_id: id, provider, model }): ChosenSession => ({
      ...{ id, provider, model },
      compactions: (stepsOf.get(id) ?? []).flatMap(({ compaction }, index) => (compaction === null ? [] : [{ index, kind: compaction }])),
    }),
  );
  const costs = await pool.rows(SQL.costs, { part }, COSTS);
  const contextsOf = groupBy(await pool.rows(SQL.contexts, { part }, CONTEXTS), (row) => row.session_id);
  return timelinesOf(chosen, { ...rows, costs }, LIMITS).map((timeline) => {
    const places = new Map((stepsOf.get(timeline.sessionId) ?? []).map(({ round_pk }, i) => [round_pk, i]));
    const rows = (contextsOf.get(timeline.sessionId) ?? []).flatMap((row) => {
      const place = places.get(row.round_pk) ?? timeline.steps.length;
      return place < timeline.steps.length ? [{ ...row, place }] : [];
    });
    return { timeline, context: contextData(rows) };
  });
}
