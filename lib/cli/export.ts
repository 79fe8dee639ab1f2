/** The command `export`. */

import { periodOf } from "../collect/days.ts";
import { choice, flag, integer, text } from "../experiment.ts";
import { FORMATS, type Format, PARTITIONS, READERS, REPLAY_FORMATS, type ReplayFormat } from "../export/formats.ts";
import { UserError } from "../files/errors.ts";
import { say } from "../files/say.ts";
import { flagName } from "../run/flags.ts";
import { command } from "./command.ts";
import { defined, grouped, required, type ValuesOf } from "./options.ts";
import { databaseOptions } from "./shared-options.ts";

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

const options = {
  db: required(text({ says: "Database to read" })),
  out: required(text({ says: "Folder to write; it appears when it is complete and replaces an earlier export" })),
  format: choice(FORMATS, { says: "Tables or workloads", default: "parquet" }),
  ...tableOptions,
  ...replayOptions,
  ...databaseOptions,
};

type Values = ValuesOf<typeof options>;

export const exportCommand = command({
  usage: "export",
  says: "Writes the tables of a database as files, or its requests as workloads",
  options,
  async run(values, { given }) {
    const { format } = values;
    if (isReplay(format)) {
      refuse(tableOptions, given, format);
      await exportRequests(values, format);
    } else {
      refuse(replayOptions, given, format);
      await exportTables(values, format);
    }
    return 0;
  },
});

function isReplay(format: Values["format"]): format is ReplayFormat {
  return REPLAY_FORMATS.some((name) => name === format);
}

/** @throws UserError for an option that does nothing to a format */
function refuse(others: object, given: ReadonlyMap<string, string>, format: string): void {
  const name = Object.keys(others).find((option) => given.has(option));
  if (name !== undefined) throw new UserError(`--${flagName(name)} does nothing with --format ${format}. Leave it out.`);
}

async function exportTables({ memory, partition, shards, db, out, threads, release, for: reader }: Values, format: Format): Promise<void> {
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

async function exportRequests({ since, memory, ...values }: Values, format: ReplayFormat): Promise<void> {
  const sinceMs = periodOf(defined({ since })).sinceMs ?? undefined;
  const { exportReplay } = await import("../export/replay/replay.ts");
  const { tally, leftOut, files, bytes } = await exportReplay({ ...values, format, sinceMs, memoryLimit: memory });
  const left = Object.values(leftOut).reduce((sum, steps) => sum + steps, 0);
  say(`${count(tally.requests, "request")} of ${count(tally.conversations, "conversation")}; ${count(left, "step")} left out`);
  say(`${count(files, "file")} of ${count(bytes, "byte")} and a card, README.md, are in ${values.out}`);
}

function count(number: number, one: string): string {
  return `${number.toLocaleString("en-US")} ${one}${number === 1 ? "" : "s"}`;
}
