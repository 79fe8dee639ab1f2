/** The command `build-db`. */
import { flag, text } from "../experiment.ts";
import { say } from "../files/say.ts";
import { command } from "./command.ts";
import { required } from "./options.ts";
import { buildOptions, inputs } from "./shared-options.ts";

export const buildCommand = command({
  usage: "build-db",
  says: "Reads traces (.jsonl, .jsonl.gz, .jsonl.zst) or Parquet files into a DuckDB database.",
  options: {
    input: { ...inputs, required: true },
    db: required(text({ says: "Database to write; it appears when it is complete" })),
    ...buildOptions,
    release: flag({ says: "Store only the base name of the trace, for databases that are passed on" }),
  },
  async run({ input, db, skipBadLines, companions, release }) {
    const { build } = await import("../run/database.ts");
    await build(input, db, { skipBadLines, companions, release, say });
    return 0;
  },
});
