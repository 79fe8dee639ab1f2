/** What the programs of this folder share. */
import { fileURLToPath } from "node:url";
import { UserError } from "../lib/files/errors.ts";

/** Runs `main` if the module is the program that was started. Its exit status is 0, 2 for a wrong call, 1 for failed work. */
export function runAsProgram(moduleUrl: string, main: (argv: readonly string[]) => Promise<void>): void {
  if (process.argv[1] !== fileURLToPath(moduleUrl)) return;
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof UserError ? error.message : error instanceof Error ? error.stack : error}\n`);
    process.exitCode = error instanceof UserError ? error.exitCode : 1;
  });
}

/** For yargs: a wrong flag is one sentence. */
export function refuse(message: string, error: Error | undefined): never {
  throw error ?? new UserError(`${message}. See --help.`);
}
