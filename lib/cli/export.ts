/** The command `export`. */

import { periodOf } from "../collect/days.ts";
import { choice, flag, integer, text } from "../experiment.ts";
import {
  FORMATS,
  type Format,
  PARTITIONS,
  READERS,
  REPLAY_FORMATS,
  type ReplayFormat,
  SESSION_FORMATS,
  type SessionFormat,
} from "../export/formats.ts";
import { UserError } from "../files/errors.ts";
import { say } from "../files/say.ts";
import { flagName } from "../run/flags.ts";
import { SESSION_WORD } from "./about-sessions.ts";
import { command } from "./command.ts";
import { defined, grouped, required, type ValuesOf } from "./options.ts";
import { databaseOptions, readingOptions } from "./shared-options.ts";

const tableOptions = grouped("Tables:", {
  for: choice(READERS, { says: "With --format csv: texts that this program would run as formulas get an apostrophe in front" }),
  partition: choice(PARTITIONS, { says: "A folder for each value of this column of the steps" }),
  shards: integer({
    says: "Divide the conversations into so many parts, for map; a pool of any size can be read in them",
    min: 1,
    max: 4096,
  }),
  release: flag({ says: "Store only the base names of the traces, for exports that are passed on" }),
});

const replayOptions = grouped("Workloads (mooncake, aiperf, inference-perf), see docs/replay.md:", {
  blockSize: integer({ says: "Tokens of a block that requests share", default: 64, min: 1, max: 1_000_000 }),
  sample: integer({ says: "So many conversations, by provider, length and cache behavior", min: 1 }),
  seed: integer({ says: "Another seed takes another sample", default: 0 }),
  since: text({ says: "Only conversations that begin at a date, a time or an age such as 30d, or later" }),
  model: text({ says: "Only requests of this model" }),
  license: text({ says: "License of the pool, for the card", default: "unknown" }),
});

const sessionOptions = grouped("Sessions (perfetto, otlp), see docs/export.md:", {
  session: { ...text({ says: SESSION_WORD }), defaultText: "all sessions" },
  endpoint: text({ says: "With --format otlp: send to this collector instead of writing to --out, such as http://127.0.0.1:4318" }),
  ...readingOptions,
});

const options = {
  db: required(text({ says: "Database to read" })),
  out: text({ says: "Folder to write, or file for sessions; it appears when it is complete and replaces an earlier export" }),
  format: choice(FORMATS, { says: "Tables, workloads or sessions", default: "parquet" }),
  ...tableOptions,
  ...replayOptions,
  ...sessionOptions,
  ...databaseOptions,
};

type Values = ValuesOf<typeof options>;
type ToFolder = Values & { readonly out: string };

export const exportCommand = command({
  usage: "export",
  says: "Writes the tables of a database, its requests as workloads, or its sessions as traces",
  options,
  async run(values, { given }) {
    const { format } = values;
    if (isOneOf(SESSION_FORMATS, format)) {
      refuse({ ...tableOptions, ...replayOptions }, given, format);
      await exportSessions(values, format);
    } else if (isOneOf(REPLAY_FORMATS, format)) {
      refuse({ ...tableOptions, ...sessionOptions }, given, format);
      await exportRequests({ ...values, out: needed(values.out) }, format);
    } else {
      refuse({ ...replayOptions, ...sessionOptions }, given, format);
      await exportTables({ ...values, out: needed(values.out) }, format);
    }
    return 0;
  },
});

function isOneOf<F extends string>(formats: readonly F[], format: string): format is F {
  return formats.some((name) => name === format);
}

function needed(out: string | undefined): string {
  if (out === undefined) throw new UserError("--out is missing. See --help.");
  return out;
}

/** @throws UserError for an option that does nothing to a format */
function refuse(others: object, given: ReadonlyMap<string, string>, format: string): void {
  const name = Object.keys(others).find((option) => given.has(option));
  if (name !== undefined) throw new UserError(`--${flagName(name)} does nothing with --format ${format}. Leave it out.`);
}

async function exportTables(
  { memory, partition, shards, db, out, threads, release, for: reader }: ToFolder,
  format: Format,
): Promise<void> {
  if (reader !== undefined && format !== "csv")
    throw new UserError(`--for ${reader} does nothing to ${format} files. Add --format csv, or leave it out.`);
  if (shards !== undefined && (format !== "parquet" || partition !== undefined))
    throw new UserError(
      `--shards divides Parquet files by conversation; leave out ${partition === undefined ? "--format csv" : "--partition"}, or leave out --shards.`,
    );
  const { exportPool } = await import("../export/export.ts");
  const { manifest, bytes } = await exportPool({
    db,
    out,
    format,
    threads,
    release,
    memoryLimit: memory,
    ...defined({ partition, reader, shards }),
  });
  const tables = Object.entries(manifest.tables);
  for (const [table, { rows }] of tables) say(`${table}: ${rows.toLocaleString("en-US")} ${rows === 1 ? "row" : "rows"}`);
  const files = tables.reduce((sum, [, table]) => sum + table.files.length, 0);
  say(`${files} files of ${bytes.toLocaleString("en-US")} bytes are in ${out}`);
}

async function exportRequests({ since, memory, ...values }: ToFolder, format: ReplayFormat): Promise<void> {
  const sinceMs = periodOf(defined({ since })).sinceMs ?? undefined;
  const { exportReplay } = await import("../export/replay/replay.ts");
  const { tally, leftOut, files, bytes } = await exportReplay({ ...values, format, sinceMs, memoryLimit: memory });
  const left = Object.values(leftOut).reduce((sum, steps) => sum + steps, 0);
  say(`${count(tally.requests, "request")} of ${count(tally.conversations, "conversation")}; ${count(left, "step")} left out`);
  say(`${count(files, "file")} of ${count(bytes, "byte")} and a card, README.md, are in ${values.out}`);
}

async function exportSessions({ out, endpoint, ...values }: Values, format: SessionFormat): Promise<void> {
  if (endpoint !== undefined && format !== "otlp")
    throw new UserError(`--endpoint does nothing with --format ${format}. Add --format otlp, or leave it out.`);
  if (endpoint !== undefined && out !== undefined) throw new UserError("--endpoint sends what --out would write. Leave one of them out.");
  if (endpoint === undefined && out === undefined && format === "otlp")
    throw new UserError("--out is missing: give a file, or a collector with --endpoint.");
  const { withSessions } = await import("./export-sessions.ts");
  await withSessions(values, async (exporter) => {
    if (endpoint !== undefined) await exporter.send(endpoint);
    else if (format === "otlp") await exporter.writeSpans(needed(out));
    else await exporter.draw(needed(out));
  });
}

function count(number: number, one: string): string {
  return `${number.toLocaleString("en-US")} ${one}${number === 1 ? "" : "s"}`;
}
