/** `validate --input rounds.jsonl`: runs the audits of a pool and says which of its promises hold. */
import fs from "node:fs";
import path from "node:path";
import yargs, { type Argv } from "yargs";
import { writeReport } from "../artifacts/run-report.ts";
import { STDIN } from "../db/build/ingest/inputs.ts";
import { UserError } from "../files/errors.ts";
import { PROGRAM } from "../files/program.ts";
import { experimentIds, loadExperiments, selectIds } from "../run/discover.ts";
import { drawExperiments, exitStatus, sourceOptions, withFlags } from "../run/draw.ts";
import type { Outcome } from "../run/reporter.ts";
import { CHECKS_FILE, type ChecksResult } from "../trace/checks.ts";
import { privacyAudit } from "../validate/privacy.ts";
import { type AuditResult, checkLines, countLine } from "../validate/report.ts";
import { hideDash, parse, say } from "./parse.ts";

const CATEGORY = "validation";

/**
 * Runs the command and returns its exit status: 0 when no check of level `violation` is offended, 1 when one is or an audit
 * did not finish. Checks go to standard output, all else to standard error.
 */
export async function runValidateCommand(argv: readonly string[]): Promise<number> {
  const { only } = commandLine(yargs(hideDash(argv)).help(false).version(false))
    .strict(false)
    .parseSync();
  const experiments = await loadExperiments(selectAudits(only));
  const options = parse(withFlags(commandLine(yargs(hideDash(argv))), experiments));
  if (options.list) {
    for (const { name, title } of experiments) console.log(`${name.padEnd(28)} ${title}`);
    return 0;
  }
  checkSource(options);
  const logFolder = path.join(options.out, "logs");
  const { pool, outcomes } = await drawExperiments({
    experiments,
    options,
    databaseFolder: options.out,
    spillFolder: options.out,
    folderOf: ({ id }) => path.join(options.out, id),
    logFolder,
    stopOnFail: false,
  });
  writeReport({ out: options.out, pool, outcomes });
  const audits = [
    ...outcomes.flatMap((outcome) => auditOf(outcome, options.out)),
    ...(options.sanitized ? [await privacyAudit(options.input, options.allow)] : []),
  ];
  const passed = outcomes.every(({ artifacts }) => artifacts !== null) && audits.every((audit) => audit.passed);
  if (options.json) console.log(JSON.stringify({ passed, audits }, null, 2));
  else for (const line of checkLines(audits)) console.log(line);
  say(`${countLine(audits)} Reports are in ${path.join(options.out, CATEGORY)}.`);
  return passed ? 0 : Math.max(1, exitStatus(outcomes, logFolder));
}

function commandLine(parser: Argv) {
  return parser
    .scriptName(`${PROGRAM} validate`)
    .usage(
      "$0 --input <file|glob|-> | --db <file>\n\nChecks a pool: one line for each promise that other results rely on, and exit status 1 when one is broken.",
    )
    .options(sourceOptions)
    .options({
      out: { type: "string", default: "out", describe: "Folder for reports and figures" },
      only: { type: "string", array: true, default: [] as string[], describe: "An audit by name; repeatable" },
      list: { type: "boolean", default: false, describe: "Show the audits and stop" },
      json: { type: "boolean", default: false, describe: "Write the checks as JSON" },
      sanitized: {
        type: "boolean",
        default: false,
        describe: "Also look for what is private in --input: none may be in a trace that is passed on",
      },
      allow: {
        type: "string",
        array: true,
        nargs: 1,
        default: [] as string[],
        describe: "With --sanitized: field whose values you have reviewed, such as tools[].tool_name; repeatable",
      },
    });
}

/** @throws UserError when a pattern names no audit */
function selectAudits(only: readonly string[]): string[] {
  const ids = experimentIds().filter((id) => id.startsWith(`${CATEGORY}/`));
  return selectIds(ids, only);
}

function checkSource({
  db,
  input,
  sanitized,
  allow,
}: {
  db: string | undefined;
  input: string[];
  sanitized: boolean;
  allow: string[];
}): void {
  if (db === undefined && input.length === 0)
    throw new UserError("Nothing to validate: name a trace with --input or a database with --db.");
  if (!sanitized) {
    if (allow.length > 0) throw new UserError("--allow goes with --sanitized; add that or leave it out.");
    return;
  }
  if (input.length === 0) throw new UserError("--sanitized looks at the trace itself; name it with --input.");
  if (input.includes(STDIN))
    throw new UserError("--sanitized reads the trace a second time, which standard input does not allow; save it to a file first.");
}

/** The checks that an audit left; none when it did not finish or has none. */
function auditOf({ id, artifacts }: Outcome, out: string): AuditResult[] {
  if (!artifacts?.documents.some(({ file }) => file === CHECKS_FILE)) return [];
  const { passed, checks } = JSON.parse(fs.readFileSync(path.join(out, id, CHECKS_FILE), "utf8")) as ChecksResult;
  return [{ audit: artifacts.name, passed, checks }];
}
