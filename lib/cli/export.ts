/** The command `export`. */

import { choice, flag, integer, text } from "../experiment.ts";
import { FORMATS, PARTITIONS, READERS } from "../export/formats.ts";
import { UserError } from "../files/errors.ts";
import { say } from "../files/say.ts";
import { command } from "./command.ts";
import { defined, required } from "./options.ts";
import { databaseOptions } from "./shared-options.ts";

export const exportCommand = command({
  usage: "export",
  says: "Writes the tables of a database as files, which build-db and --db read.",
  options: {
    db: required(text({ says: "Database to read" })),
    out: required(text({ says: "Folder to write; it appears when it is complete and replaces an earlier export" })),
    format: choice(FORMATS, { says: "Kind of files; csv is for other programs", default: "parquet" }),
    for: choice(READERS, { says: "With --format csv: texts that this program would run as formulas get an apostrophe in front" }),
    partition: choice(PARTITIONS, { says: "A folder for each value of this column of the steps" }),
    shards: integer({
      says: "Divide the conversations into so many parts, for map; a pool of any size can be read in them",
      min: 1,
      max: 4096,
    }),
    release: flag({ says: "Store only the base names of the traces, for exports that are passed on" }),
    ...databaseOptions,
  },
  async run({ memory, partition, shards, for: reader, ...options }) {
    if (reader !== undefined && options.format !== "csv")
      throw new UserError(`--for ${reader} does nothing to ${options.format} files. Add --format csv, or leave it out.`);
    if (shards !== undefined && (options.format !== "parquet" || partition !== undefined))
      throw new UserError(
        `--shards divides Parquet files by conversation; leave out ${partition === undefined ? "--format csv" : "--partition"}, or leave out --shards.`,
      );
    const { exportPool } = await import("../export/export.ts");
    const { manifest, bytes } = await exportPool({ ...options, memoryLimit: memory, ...defined({ partition, reader, shards }) });
    const tables = Object.entries(manifest.tables);
    for (const [table, { rows }] of tables) say(`${table}: ${rows.toLocaleString("en-US")} ${rows === 1 ? "row" : "rows"}`);
    const files = tables.reduce((sum, [, table]) => sum + table.files.length, 0);
    say(`${files} files of ${bytes.toLocaleString("en-US")} bytes are in ${options.out}`);
    return 0;
  },
});
