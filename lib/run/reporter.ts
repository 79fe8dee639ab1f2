/** What a person sees while a run goes on: a bar on a terminal, plain lines elsewhere, a table at the end. */
import cliProgress from "cli-progress";
import type { ExperimentArtifacts } from "../artifacts/artifacts.ts";
import type { Outcome as RunOutcome } from "../artifacts/run-report.ts";
import { say } from "../files/say.ts";
import type { Timings } from "./stopwatch.ts";

export interface Outcome extends RunOutcome {
  readonly seconds: number;
  /** Of an experiment that ran. */
  readonly timings?: Timings;
}

export interface Reporter {
  begin(total: number): void;
  start(id: string): void;
  finish(outcome: Outcome): void;
  end(): void;
}

/** A bar with the running experiments and the time left on a terminal; otherwise a line per start and finish. */
export function createReporter(stream: NodeJS.WriteStream = process.stderr): Reporter {
  return stream.isTTY ? barReporter(stream) : lineReporter(stream);
}

/** One line per experiment, aligned: state, id, rows, figures, seconds. */
export function summaryLines(outcomes: readonly Outcome[]): string[] {
  const width = Math.max(0, ...outcomes.map((outcome) => outcome.id.length));
  return outcomes.map((outcome) => {
    const what = outcome.artifacts ? counts(outcome.artifacts) : (outcome.error ?? "");
    return `${outcome.state.padEnd(7)} ${outcome.id.padEnd(width)}  ${what}${outcome.artifacts ? `${outcome.seconds.toFixed(1).padStart(7)} s` : ""}`;
  });
}

/** 1 when an experiment did not finish, which then is said on standard error; else 0. */
export function exitStatus(outcomes: readonly Outcome[], logFolder: string): 0 | 1 {
  const failed = outcomes.filter((outcome) => outcome.state === "failed" || outcome.state === "skipped");
  if (failed.length > 0)
    say(
      `${failed.length} of ${outcomes.length} experiments did not finish: ${failed.map((outcome) => outcome.id).join(", ")}. Their logs are in ${logFolder}.`,
    );
  return failed.length > 0 ? 1 : 0;
}

function counts(artifacts: ExperimentArtifacts): string {
  const rows = artifacts.tables.reduce((sum, table) => sum + table.rows, 0);
  return `${rows.toLocaleString("en-US").padStart(11)} rows ${String(artifacts.figures.length).padStart(3)} figures`;
}

function lineReporter(stream: NodeJS.WritableStream): Reporter {
  let total = 0;
  let done = 0;
  return {
    begin: (count) => {
      total = count;
    },
    start: (id) => void stream.write(`start   ${id}\n`),
    finish: (outcome) => {
      done++;
      stream.write(
        `${outcome.state.padEnd(7)} ${outcome.id} (${done}/${total}, ${outcome.seconds.toFixed(1)} s${partsOf(outcome)})${outcome.error ? `: ${outcome.error}` : ""}\n`,
      );
    },
    end: () => {},
  };
}

function partsOf({ timings }: Outcome): string {
  if (!timings) return "";
  const { queryMs, computeMs, renderMs } = timings;
  return `; query ${queryMs.toFixed(0)} ms, compute ${computeMs.toFixed(0)} ms, render ${renderMs.toFixed(0)} ms`;
}

function barReporter(stream: NodeJS.WriteStream): Reporter {
  const bar = new cliProgress.SingleBar(
    { format: "{bar} {value}/{total}  {eta_formatted} left  {running}", stream, hideCursor: true, clearOnComplete: true },
    cliProgress.Presets.shades_classic,
  );
  const running = new Set<string>();
  const show = () => bar.update({ running: [...running].join(", ") });
  return {
    begin: (count) => bar.start(count, 0, { running: "" }),
    start: (id) => {
      running.add(id);
      show();
    },
    finish: (outcome) => {
      running.delete(outcome.id);
      bar.increment();
      show();
    },
    end: () => bar.stop(),
  };
}
