/** The command line: `run-all.ts [options]` and its commands. */
import { readVersion } from "../artifacts/versions.ts";
import "./tuning.ts";
import { inspect } from "node:util";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import { codeOf, messageOf, UserError } from "../files/errors.ts";
import { PROGRAM, projectFile } from "../files/program.ts";
import { say, sayMessage } from "../files/say.ts";
import { abortBuild } from "../run/abort.ts";
import { askCommand } from "./ask.ts";
import { buildCommand } from "./build-db.ts";
import { collectCommand } from "./collect.ts";
import { type Command, refuseUnknownCommand, without } from "./command.ts";
import { contextCommand } from "./context.ts";
import { convertCommand } from "./convert.ts";
import { diffCommand } from "./diff.ts";
import { experimentCommand } from "./experiment.ts";
import { explainCommand } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { galleryCommand } from "./gallery.ts";
import { mapCommand } from "./map.ts";
import { mcpCommand } from "./mcp.ts";
import { newCommand } from "./new.ts";
import { explained, hideDash, parserOf } from "./options.ts";
import { publishCommand } from "./publish.ts";
import { replayCommand } from "./replay.ts";
import { reportCommand } from "./report.ts";
import { runCommand } from "./run.ts";
import { sanitizeCommand } from "./sanitize.ts";
import { sidecarCommand } from "./sidecar.ts";
import { validateCommand } from "./validate.ts";

/** Signals that end a program, and the exit status that then is the convention: 128 and the number of the signal. */
const INTERRUPTED = { SIGINT: 130, SIGTERM: 143 } as const;

const COMMANDS: readonly Command[] = [
  runCommand,
  experimentCommand,
  newCommand,
  collectCommand,
  convertCommand,
  sanitizeCommand,
  buildCommand,
  exportCommand,
  replayCommand,
  mapCommand,
  reportCommand,
  contextCommand,
  explainCommand,
  diffCommand,
  askCommand,
  mcpCommand,
  validateCommand,
  galleryCommand,
  publishCommand,
  sidecarCommand(),
];

let interrupted: number | null = null;

/** Runs the program as a process of its own, which signals may end. */
export async function start(argv: readonly string[]): Promise<void> {
  if (process.versions.pnp) {
    say(
      "Yarn's Plug'n'Play keeps packages in archives, where threads can't start: set \"nodeLinker: node-modules\" in .yarnrc.yml and install again.",
    );
    process.exitCode = 2;
    return;
  }
  // A reader that has seen enough, such as head, closes the pipe.
  process.stdout.on("error", (error) => {
    if (codeOf(error) !== "EPIPE") throw error;
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupt(INTERRUPTED[signal]));
  process.exitCode = await main(argv);
}

/** A build of a database ends by itself, and then the command. */
function interrupt(status: number): void {
  interrupted = status;
  say("Interrupted; nothing half-written is left.");
  if (!abortBuild()) process.exit(status);
}

/** Runs a command line and returns its exit status: 0 done, 1 failed work, 2 a wrong call. */
export async function main(argv: readonly string[], commands = COMMANDS): Promise<number> {
  try {
    return await dispatch(argv, commands);
  } catch (error) {
    if (interrupted !== null) return interrupted;
    if (argv.includes("--debug")) sayMessage(inspect(error));
    else if (error instanceof UserError) say(error.message);
    else {
      sayMessage(`Unexpected error: ${messageOf(error)}`);
      say("Add --debug to see where it comes from.");
    }
    return error instanceof UserError ? error.exitCode : 1;
  }
}

async function dispatch(argv: readonly string[], commands: readonly Command[]): Promise<number> {
  const words = hideDash(withCommand(argv, commands));
  const parsed = await parserOf(words)
    .scriptName(PROGRAM)
    .command(commands.map(({ name, module }) => module(without(words, name), name === "$0" ? 0 : 1)))
    .option("debug", { boolean: true, describe: "Show where an error comes from" })
    .alias("help", "h")
    .version(readVersion(projectFile("package.json")))
    .wrap(Math.min(120, process.stdout.columns ?? 100))
    .parseAsync()
    .catch((error) => {
      throw explained(error);
    });
  return Number(parsed.exitStatus ?? 0);
}

/** An experiment's name alone is short for the command that runs it. */
function withCommand(words: readonly string[], commands: readonly Command[]): readonly string[] {
  const [first] = words;
  if (first === undefined || first.startsWith("-") || commands.some(({ name }) => name === first)) return words;
  if (experimentIds().some((id) => id === first || id.endsWith(`/${first}`))) return [experimentCommand.name, ...words];
  refuseUnknownCommand(
    first,
    commands.map(({ name }) => name).filter((name) => name !== "$0"),
  );
  return words;
}
