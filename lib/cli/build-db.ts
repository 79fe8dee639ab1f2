/** The command `build-db`. */
import { text } from "../experiment.ts";
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
  },
  async run({ input, db, skipBadLines, companions }) {
    const { build } = await import("../run/database.ts");
    await build(input, db, { skipBadLines, companions, say });
    return 0;
  },
});
