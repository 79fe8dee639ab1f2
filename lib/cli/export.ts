/** The command `export`. */

import { choice, flag, text } from "../experiment.ts";
import { FORMATS, PARTITIONS } from "../export/formats.ts";
import { say } from "../files/say.ts";
import { command } from "./command.ts";
import { defined, required } from "./options.ts";
import { databaseOptions } from "./shared-options.ts";

export const exportCommand = command({
  usage: "export",
  says: "Writes the tables of a database as files; build-db --input <folder> makes the same database of Parquet files.",
  options: {
    db: required(text({ says: "Database to read" })),
    out: required(text({ says: "Folder to write; it appears when it is complete and replaces an earlier export" })),
    format: choice(FORMATS, { says: "Kind of files; csv is for other programs", default: "parquet" }),
    partition: choice(PARTITIONS, { says: "A folder for each value of this column of the steps" }),
    release: flag({ says: "Store only the base names of the traces, for exports that are passed on" }),
    ...databaseOptions,
  },
  async run({ memory, partition, ...options }) {
    const { exportPool } = await import("../export/export.ts");
    const { manifest, bytes } = await exportPool({ ...options, memoryLimit: memory, ...defined({ partition }) });
    const tables = Object.entries(manifest.tables);
    for (const [table, { rows }] of tables) say(`${table}: ${rows.toLocaleString("en-US")} ${rows === 1 ? "row" : "rows"}`);
    const files = tables.reduce((sum, [, table]) => sum + table.files.length, 0);
    say(`${files} files of ${bytes.toLocaleString("en-US")} bytes are in ${options.out}`);
    return 0;
  },
});
