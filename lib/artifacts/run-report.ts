/** `run.json`: what an output folder holds, for the gallery and for whoever checks a run. */
import fs from "node:fs";
import path from "node:path";
import type { PoolSummary } from "../db/open/pool.ts";
import { writeAtomically } from "../files/atomic.ts";
import { messageOf, UserError } from "../files/errors.ts";
import { inside, readInside } from "../files/inside.ts";
import { jsonText } from "../files/json.ts";
import { printable } from "../files/printable.ts";
import { isOfReading } from "../trace/readings.ts";
import type { ExperimentArtifacts, ExperimentRun, RunReport } from "./artifacts.ts";
import { isOfFolder, readArtifacts } from "./artifacts-file.ts";
import { versions } from "./versions.ts";

const REPORT_FILE = "run.json";

/** What a run knows of an experiment when it ends. */
export interface Outcome {
  readonly id: string;
  readonly state: "fresh" | "ran" | "failed" | "skipped";
  readonly artifacts: ExperimentArtifacts | null;
  readonly error?: string;
}

export interface ReportRequest {
  readonly out: string;
  readonly pool: PoolSummary & { readonly name: string };
  readonly timezone?: string;
  readonly outcomes: readonly Outcome[];
  /** Of all experiments that there are, in the order of pages. */
  readonly ids: readonly string[];
}

/** Writes `run.json`. Experiments that this run left out but that an earlier one drew from the same reading of the same pool stay in it. */
export function writeReport(request: ReportRequest): RunReport {
  const report: RunReport = {
    versions: versions(),
    pool: request.pool,
    ...(request.timezone === undefined ? {} : { timezone: request.timezone }),
    experiments: request.ids.flatMap((id) => {
      const outcome = request.outcomes.find((candidate) => candidate.id === id);
      const run = outcome ? ofOutcome(outcome) : ofEarlierRun(id, request);
      return run ? [run] : [];
    }),
  };
  writeAtomically(reportFile(request.out), jsonText(report));
  return report;
}

export function reportFile(out: string): string {
  return path.join(out, REPORT_FILE);
}

export function hasReport(out: string): boolean {
  return fs.existsSync(reportFile(out));
}

/** @param flag what named the folder. @throws UserError when the folder holds no finished run */
export function readReport(out: string, flag = "--out"): RunReport {
  const file = reportFile(out);
  if (!hasReport(out)) throw new UserError(`No run in ${out}: ${file} is missing. Give the folder of a finished run with ${flag}.`);
  const report = parsed(out, file);
  const odd = report.experiments.find((run) => !isOfRun(run, out));
  if (odd)
    throw new UserError(
      `${file}: the results of ${JSON.stringify(printable(String(odd.id)))} name what is not a file of ${out}, or a link. Don't use this folder, or draw it again with --force.`,
    );
  return report;
}

function parsed(out: string, file: string): RunReport {
  try {
    const report: RunReport = JSON.parse(readInside(out, REPORT_FILE) ?? "null");
    if (Array.isArray(report?.experiments)) return report;
  } catch (error) {
    throw new UserError(`${file} can't be read: ${messageOf(error)}. Draw the run again.`, 2, { cause: error });
  }
  throw new UserError(`${file} is not the record of a run. Draw the run again.`);
}

/** Whether all that an experiment names is in the run's folder. */
function isOfRun({ id, artifacts }: ExperimentRun, out: string): boolean {
  try {
    const folder = inside(out, id);
    return artifacts === null || (artifacts.id === id && isOfFolder(artifacts, folder));
  } catch {
    return false;
  }
}

/** Whether a result was fresh or made just now says nothing about the result: both are `done`. */
function ofOutcome(outcome: Outcome): ExperimentRun {
  const state = outcome.artifacts ? "done" : outcome.state === "failed" ? "failed" : "skipped";
  return { id: outcome.id, state, ...(outcome.error === undefined ? {} : { error: outcome.error }), artifacts: outcome.artifacts };
}

function ofEarlierRun(id: string, request: ReportRequest): ExperimentRun | null {
  const artifacts = readArtifacts(inside(request.out, id));
  const { pool } = request;
  return artifacts?.fingerprint === pool.fingerprint && isOfReading(artifacts.reading, pool) ? { id, state: "done", artifacts } : null;
}
