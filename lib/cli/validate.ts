/** `validate --input rounds.jsonl`: runs the audits of a pool and says which of its promises hold. */

import fs from "node:fs";
import path from "node:path";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import { type Experiment, flag, list, text } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { inside } from "../files/inside.ts";
import { print, printJson, say } from "../files/say.ts";
import { STDIN } from "../files/stdio.ts";
import { loadExperiments, selectIds } from "../run/discover.ts";
import { parseFlags } from "../run/flags.ts";
import type { Outcome } from "../run/reporter.ts";
import { CHECKS_FILE, type ChecksResult } from "../trace/checks.ts";
import type { AuditResult } from "../validate/report.ts";
import { command, isHelp } from "./command.ts";
import { type DrawRequest, drawExperiments } from "./draw.ts";
import { flagOptions, peek, type ValuesOf } from "./options.ts";
import { machineOptions, traceOptions } from "./shared-options.ts";

const CATEGORY = "validation";

const OPTIONS = {
  ...traceOptions,
  only: list(text({ says: "An audit by name; repeatable" })),
  list: flag({ says: "Show the audits and stop" }),
  force: flag({ says: "Run audits whose results are fresh" }),
  sanitized: flag({ says: "Also look for what is private in --input: a trace that is passed on may not have any" }),
  keepNames: text({ says: "With --sanitized: file with names of tools, MCP servers, models and providers that may be seen, one a line" }),
  out: text({ says: "Folder for reports and figures", default: "out" }),
  json: flag({ says: "Write the checks as JSON" }),
  ...machineOptions,
};

/**
 * Reads what is stored. Exit status 0 when no check of level `violation` fails, 1 when one does or an audit did not finish. Checks go to standard
 * output, all else to standard error.
 */
export const validateCommand = command({
  usage: "validate",
  says: "Checks a pool: one line for each promise that other results rely on, and exit status 1 when one is broken.",
  options: OPTIONS,
  goesWith: { sanitized: ["keepNames"] },
  listOnly: ["only"],
  more: (words) => (isHelp(words) ? {} : flagsOf(words)),
  async run(values, { raw }) {
    const experiments = await selected(values.only);
    if (values.list) return listed(experiments);
    checkSource(values);
    for (const { flags } of experiments) parseFlags(flags, raw);
    const { writeReport } = await import("../artifacts/run-report.ts");
    const { out, jobs, force } = values;
    const request: DrawRequest = {
      source: { ...values, inputs: values.input, accounting: "published" },
      out,
      experiments,
      rawFlags: raw,
      jobs,
      force,
    };
    const { outcomes } = await drawExperiments(request, async (drawn) => writeReport({ ...drawn, out, ids: experimentIds() }));
    return (await reported(outcomes, values)) ? 0 : 1;
  },
});

/** Writes the checks; whether all hold. */
async function reported(
  outcomes: readonly Outcome[],
  { out, sanitized, input, keepNames, json }: ValuesOf<typeof OPTIONS>,
): Promise<boolean> {
  const [{ privacyAudit }, { checkLines, countLine }] = await Promise.all([
    import("../validate/privacy.ts"),
    import("../validate/report.ts"),
  ]);
  const audits = [...outcomes.flatMap((outcome) => auditOf(outcome, out)), ...(sanitized ? [await privacyAudit(input, keepNames)] : [])];
  const passed = outcomes.every(({ artifacts }) => artifacts !== null) && audits.every((audit) => audit.passed);
  if (json) printJson({ passed, audits });
  else for (const line of checkLines(audits)) print(line);
  say(`${countLine(audits)} Reports are in ${path.join(out, CATEGORY)}.`);
  return passed;
}

async function flagsOf(words: readonly string[]) {
  return { options: flagOptions(await selected(peek(OPTIONS, words).only)) };
}

/** @throws UserError when a pattern names no audit */
function selected(only: readonly string[]): Promise<Experiment[]> {
  const ids = experimentIds().filter((id) => id.startsWith(`${CATEGORY}/`));
  return loadExperiments(selectIds(ids, only));
}

function listed(experiments: readonly Experiment[]): number {
  for (const { name, title } of experiments) print(`${name.padEnd(28)} ${title}`);
  return 0;
}

function checkSource({ db, input, sanitized }: ValuesOf<typeof OPTIONS>): void {
  if (db === undefined && input.length === 0)
    throw new UserError("Nothing to validate: name a trace with --input or a database with --db.");
  if (!sanitized) return;
  if (input.length === 0) throw new UserError("--sanitized looks at the trace itself; name it with --input.");
  if (input.includes(STDIN))
    throw new UserError("--sanitized reads the trace a second time, which standard input does not allow; save it to a file first.");
}

/** The checks that an audit left; none when it did not finish or has none. */
function auditOf({ id, artifacts }: Outcome, out: string): AuditResult[] {
  if (!artifacts?.documents.some(({ file }) => file === CHECKS_FILE)) return [];
  const { passed, checks }: ChecksResult = JSON.parse(fs.readFileSync(inside(out, `${id}/${CHECKS_FILE}`), "utf8"));
  return [{ audit: artifacts.name, passed, checks }];
}
