/** Options that several commands share. */
import os from "node:os";
import type { Reading } from "../collect/row.ts";
import { bytesOf } from "../db/open/memory.ts";
import { choice, flag, integer, list, text } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { ACCOUNTINGS, READINGS_GUIDE } from "../trace/readings.ts";
import { defined, grouped, negative, type ValuesOf } from "./options.ts";

/** How a database is built. */
export const buildOptions = {
  skipBadLines: flag({ says: "When building: list bad lines in <db>.rejects.csv and go on" }),
  companions: negative({ says: "When building: don't read the files next to a trace" }),
};

export const inputs = { ...list(text({ says: "Trace files or globs in order; - is standard input" })), short: "i" };

/** Where the rows come from. */
export const traceOptions = grouped("Traces:", {
  db: text({ says: "Database to read, or to build from --input if missing or older" }),
  input: inputs,
  ...buildOptions,
});

/** How rows are counted and priced. */
export const readingOptions = grouped("Reading:", {
  accounting: {
    ...choice(ACCOUNTINGS, {
      says: `How steps are counted and priced, see ${READINGS_GUIDE}`,
    }),
    defaultText: "counted where the files next to a trace say enough, else published",
  },
  prices: text({ says: "JSON file with rates of your own, for the counted reading" }),
});

/** Groups of the user's own. */
export const labelOptions = grouped("Reading:", {
  labels: text({ says: "CSV file with your own groups of sessions, see docs/labels.md" }),
});

/** Where rows come from and how they are read. */
export const sourceOptions = { ...traceOptions, ...readingOptions };

const count = { default: os.availableParallelism(), min: 1, max: 1024 };
const threads = { ...integer({ says: "Threads of the database", ...count }), defaultText: "all cores" };
/** For many queries at once: each has the thread that asks for it, too, and threads that run out of work wait busily. */
const threadsAside = { ...threads, default: Math.max(1, count.default - 1), defaultText: "all cores but one" };
const memory = {
  ...text({ says: "Memory limit of the database, such as 512MB or 4GB; what does not fit goes to disk", default: defaultMemory() }),
  defaultText: "two fifths of the machine's, at least 3GB",
  check: checkMemory,
};
export const jobs = { ...integer({ says: "Experiments and figures in progress at once", ...count }), short: "j", defaultText: "all cores" };

const shards = {
  ...integer({
    says: "How many parts of a large pool to compute one after the other",
    min: 1,
    max: 4096,
  }),
  defaultText: "by size",
};

export const databaseOptions = grouped("Machine:", { threads, memory });
export const machineOptions = grouped("Machine:", { jobs, threads: threadsAside, memory, shards });

/** Experiments in addition to those of the project. */
export const experimentFolders = list(text({ says: "Folder with <category>/<name>/experiment.ts of your own; repeatable" }));

/** Where transcripts are looked for. */
export const discoveryOptions = {
  home: list(text({ says: "A home to look in instead of your own; repeatable" })),
  allUsers: flag({ says: "Look in the homes of all users" }),
  homeRoot: text({ says: "With --all-users: the folder of the homes" }),
  since: text({ says: "Only steps since a date, a time or an age such as 30d" }),
  until: text({ says: "Only steps until a date, that day included, a time or an age" }),
  timezone: text({ says: "Time zone of the days that dates mean, such as Europe/Berlin", default: "UTC" }),
  // No choices here: experiments have a flag of this name, which takes other providers, too.
  provider: text({ says: "Only transcripts of this agent: claude or codex" }),
  project: list(text({ says: "Only projects whose name, the path of the folder with - for other characters, contains this; repeatable" })),
  archive: text({ says: "Folder for a copy of the transcripts that only grows; what was deleted since is read from it" }),
  keyFile: { ...text({ says: "Secret for pseudonyms next to the trace, made when missing" }), defaultText: "<state>/key" },
  asPublished: flag({ says: "Rows exactly as the published extractor makes them, which counts some things twice and leaves some out" }),
};

/** What `discoveryOptions` ask for. @throws UserError for an agent whose transcripts are not known */
export function discoveryOf(values: ValuesOf<typeof discoveryOptions>) {
  const { home, project, allUsers, homeRoot, since, until, timezone, archive, keyFile, asPublished } = values;
  const reading: Reading = asPublished ? "published" : "counted";
  return {
    reading,
    homes: home,
    projects: project,
    allUsers,
    timezone,
    ...defined({ homeRoot, since, until, archive, keyFile, provider: agentOf(values) }),
  };
}

function agentOf({ provider }: { readonly provider: string | undefined }): "claude" | "codex" | undefined {
  if (provider === undefined || provider === "claude" || provider === "codex") return provider;
  throw new UserError(`--provider ${provider}: there are transcripts of claude and codex only. Leave it out for both.`);
}

const LEAST_MEMORY = "256MB";

function checkMemory(value: string, name: string): void {
  const bytes = bytesOf(value);
  if (Number.isNaN(bytes)) throw new UserError(`--${name} takes an amount such as 512MB, 4GB or 2GiB, not ${JSON.stringify(value)}.`);
  if (bytes < bytesOf(LEAST_MEMORY)) throw new UserError(`--${name} must be at least ${LEAST_MEMORY}, not ${value}.`);
}

/** A container may have less memory than its machine. */
function defaultMemory(): string {
  const limit = process.constrainedMemory() ?? 0;
  const bytes = limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
  return `${Math.max(3, Math.floor((0.4 * bytes) / 1e9))}GB`;
}
