/** The command `export`. */
import os from "node:os";
import yargs from "yargs";
import { exportPool, FORMATS, PARTITIONS } from "../export/export.ts";
import { PROGRAM } from "../files/program.ts";
import { parse, say } from "./parse.ts";

/** Exports a pool and returns the exit status. */
export async function runExportCommand(argv: readonly string[]): Promise<number> {
  const options = parse(
    yargs([...argv])
      .scriptName(`${PROGRAM} export`)
      .usage(
        "$0 --db <file> --out <folder> [--partition provider]\n\nWrites the tables of a database as files; build-db --input <folder> makes the same database of Parquet files.",
      )
      .options({
        db: { type: "string", demandOption: true, describe: "Database to read" },
        out: {
          type: "string",
          demandOption: true,
          describe: "Folder to write; it appears when it is complete and replaces an earlier export",
        },
        format: { choices: FORMATS, default: "parquet" as const, describe: "Kind of files; csv is for other programs" },
        partition: { choices: PARTITIONS, describe: "A folder for each value of this column of the steps" },
        release: { type: "boolean", default: false, describe: "Store only the base names of the traces, for exports that are passed on" },
        threads: { type: "number", default: os.availableParallelism(), describe: "Threads of the database" },
        memory: { type: "string", default: "3GB", describe: "Memory limit of the database; what does not fit spills beside the folder" },
      }),
  );
  const { manifest, bytes } = await exportPool({
    db: options.db,
    out: options.out,
    format: options.format,
    release: options.release,
    threads: options.threads,
    memoryLimit: options.memory,
    ...(options.partition === undefined ? {} : { partition: options.partition }),
  });
  const tables = Object.entries(manifest.tables);
  for (const [table, { rows }] of tables) say(`${table}: ${rows.toLocaleString("en-US")} ${rows === 1 ? "row" : "rows"}`);
  const files = tables.reduce((sum, [, table]) => sum + table.files.length, 0);
  say(`${files} files of ${bytes.toLocaleString("en-US")} bytes are in ${options.out}`);
  return 0;
}
