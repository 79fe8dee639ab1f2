/** What the programs of this folder share. */
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { UserError } from "../lib/files/errors.ts";
import { sayMessage } from "../lib/files/say.ts";

/** Runs `main` if the module is the program that was started. Its exit status is 0, 2 for a wrong call, 1 for failed work. */
export function runAsProgram(moduleUrl: string, main: (argv: readonly string[]) => Promise<void>): void {
  if (process.argv[1] !== fileURLToPath(moduleUrl)) return;
  main(process.argv.slice(2)).catch((error: unknown) => {
    sayMessage(error instanceof UserError ? error.message : inspect(error));
    process.exitCode = error instanceof UserError ? error.exitCode : 1;
  });
}

/** For yargs: a wrong flag is one sentence. */
export function refuse(message: string, error: Error | undefined): never {
  throw error ?? new UserError(`${message}. See --help.`);
}
