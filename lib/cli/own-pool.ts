/** The pool of commands that print to the terminal: one that the caller names or, by default, the caller's own history, with what is new collected. */
import path from "node:path";
import type { Pool } from "../db/open/pool.ts";
import { text } from "../experiment.ts";
import { dataFolder } from "../files/data-folder.ts";
import { UserError } from "../files/errors.ts";
import { keepOutOfGit } from "../files/gitignore.ts";
import { sha256 } from "../files/hash.ts";
import { checkFolder, makePrivateFolder } from "../files/place.ts";
import { say } from "../files/say.ts";
import { counted } from "../format/counts.ts";
import type { Call } from "./command.ts";
import { defined, grouped, negative, type ValuesOf } from "./options.ts";
import { collectionProgress } from "./progress.ts";
import { databaseOptions, discoveryOptions, sourceOptions } from "./shared-options.ts";

const { home, allUsers, homeRoot, archive } = discoveryOptions;

export const outOption = {
  ...text({ says: "Folder for what is kept between reports" }),
  defaultText: "trace-atlas in the system's folder for data",
};

export const ownPoolOptions = {
  ...grouped("Your own history:", { home, allUsers, homeRoot, archive, resume: negative({ says: "Read everything again" }) }),
  ...sourceOptions,
  ...databaseOptions,
};
type Values = ValuesOf<typeof ownPoolOptions & { readonly out: typeof outOption }> & { readonly labels?: string | undefined };

/** What only one's own history reads. */
const OWN_HISTORY = ["home", "allUsers", "homeRoot", "archive", "resume"] as const;
/** What collecting leaves. */
const PRIVATE_FILES = ["collected", "rounds.duckdb"];
const HASH_DIGITS = 8;

/** @throws UserError for options that change nothing */
export function refuseIdleHistory({ db, input }: Values, { given }: Call): void {
  const idle = OWN_HISTORY.map((name) => given.get(name)).find((word) => word !== undefined);
  if (idle !== undefined && (db !== undefined || input.length > 0))
    throw new UserError(`${idle} does nothing with --db or --input, which name what is read. Leave it out.`);
}

/** Who opens the pool closes it. */
export async function openOwnPool(values: Values): Promise<Pool> {
  const { readingOptionsOf, resolveDatabase } = await import("../run/database.ts");
  const reading = readingOptionsOf(values);
  const db = await resolveDatabase(await sourceOf(values));
  const { Pool } = await import("../db/open/pool.ts");
  return Pool.open(db, { ...reading, threads: values.threads, memoryLimit: values.memory });
}

/** Lets `use` work with the pool. */
export async function withOwnPool<T>(values: Values, use: (pool: Pool) => Promise<T>): Promise<T> {
  const pool = await openOwnPool(values);
  try {
    return await use(pool);
  } finally {
    pool.close();
  }
}

/** What to read; of the caller's own history what is new is collected first. */
async function sourceOf(values: Values) {
  const { db, input, skipBadLines, companions } = values;
  const isOwn = db === undefined && input.length === 0;
  const out = values.out ?? defaultFolder(values);
  checkFolder(out, "--out");
  if (db === undefined) for (const folder of [path.dirname(out), out]) makePrivateFolder(folder, "--out");
  if (values.out === undefined && db === undefined) keepOutOfGit({ folder: out, flag: "--out" });
  else if (isOwn) keepOutOfGit({ folder: out, flag: "--out", names: PRIVATE_FILES });
  return { db, inputs: isOwn ? [await collected(values, out)] : input, out, skipBadLines, companions, say: sayOnTerminal };
}

/** Traces and each choice of homes have folders of their own, so that a report of one doesn't undo what was made for another. */
function defaultFolder({ input, home, allUsers, homeRoot }: Values): string {
  const folder = dataFolder("trace-atlas");
  if (input.length > 0) return path.join(folder, "inputs");
  if (home.length === 0 && !allUsers) return path.join(folder, "own");
  const homes = sha256(JSON.stringify([home.map((each) => path.resolve(each)), allUsers, homeRoot])).slice(0, HASH_DIGITS);
  return path.join(folder, `homes-${homes}`);
}

/** Collects what is new. Returns the trace. */
async function collected({ home, allUsers, homeRoot, archive, resume }: Values, out: string): Promise<string> {
  const [{ collectForRun, reportFileOf }, progress] = await Promise.all([import("../collect/collect.ts"), collectionProgress()]);
  const where = { homes: home, allUsers, ...defined({ homeRoot, archive, progress }) };
  const { trace, report } = await collectForRun({ ...where, out, resume, say: () => {} });
  const unread = report.problems.filter(({ error }) => error !== null).length;
  if (unread > 0) say(`${counted(unread, "transcript")} could not be read to the end; ${reportFileOf(trace)} says why.`);
  return trace;
}

function sayOnTerminal(line: string): void {
  if (process.stderr.isTTY) say(line);
}

/** Columns of the terminal or, in a pipe, those that the caller asks for; null for any number. */
export function terminalWidth(): number | null {
  const asked = Number(process.env.COLUMNS);
  return process.stdout.columns ?? (Number.isSafeInteger(asked) && asked > 0 ? asked : null);
}
