/** What a person sees while a run goes on: a bar on a terminal, elsewhere a line per experiment and per later part. */
import cliProgress, { type Options, type Params } from "cli-progress";
import type { Outcome as RunOutcome } from "../artifacts/run-report.ts";
import { printable } from "../files/printable.ts";
import { indented } from "../files/say.ts";
import { counted } from "../format/counts.ts";
import type { Timings } from "./stopwatch.ts";

export interface Outcome extends RunOutcome {
  readonly seconds: number;
  /** Of an experiment that ran. */
  readonly timings?: Timings;
}

export interface Reporter {
  begin(experiments: number): void;
  start(id: string): void;
  /** What was started runs again at the end of the run. */
  postpone(id: string): void;
  finish(outcome: Outcome): void;
  /** A part of the run besides the experiments, e.g. `building the gallery`; it is named when `work` finds that it has to be done. */
  part<T>(name: string, work: (onStart: () => void) => Promise<T>): Promise<T>;
  end(): void;
}

/** @param parts how many there will be */
export function createReporter(parts = 0, stream: NodeJS.WriteStream = process.stderr): Reporter {
  return stream.isTTY ? new BarReporter(stream, parts) : new LineReporter(stream);
}

class LineReporter implements Reporter {
  private readonly stream: NodeJS.WritableStream;
  private total = 0;
  private done = 0;

  constructor(stream: NodeJS.WritableStream) {
    this.stream = stream;
  }

  begin(experiments: number): void {
    this.total = experiments;
  }

  start(): void {}

  postpone(id: string): void {
    this.write(`later   ${id} (out of memory; runs again alone at the end)`);
  }

  finish(outcome: Outcome): void {
    this.write(lineOf({ ...outcome, place: `${++this.done}/${this.total}` }));
  }

  part<T>(name: string, work: (onStart: () => void) => Promise<T>): Promise<T> {
    return work(() => this.write(printable(name)));
  }

  end(): void {}

  private write(line: string): void {
    this.stream.write(`${indented(line)}\n`);
  }
}

/** The lines of a run that finds these results. */
export function freshLines(outcomes: readonly RunOutcome[]): string[] {
  return outcomes.map((outcome, i) =>
    lineOf({ id: outcome.id, state: outcome.state, artifacts: outcome.artifacts, seconds: 0, place: `${i + 1}/${outcomes.length}` }),
  );
}

function lineOf({ place, ...outcome }: Outcome & { readonly place: string }): string {
  const { id, state, seconds, error } = outcome;
  const about = `${place}, ${seconds.toFixed(1)} s${partsOf(outcome)}`;
  return `${state.padEnd(7)} ${id} (${about})${error === undefined ? countsOf(outcome) : `: ${error}`}`;
}

function partsOf({ timings }: Outcome): string {
  if (!timings) return "";
  const { queryMs, computeMs, renderMs } = timings;
  return `; query ${queryMs.toFixed(0)} ms, compute ${computeMs.toFixed(0)} ms, render ${renderMs.toFixed(0)} ms`;
}

function countsOf({ artifacts }: Outcome): string {
  if (!artifacts) return "";
  const rows = artifacts.tables.reduce((sum, table) => sum + table.rows, 0);
  return ` ${counted(rows, "row")}, ${counted(artifacts.figures.length, "figure")}`;
}

class BarReporter implements Reporter {
  private readonly bar: cliProgress.SingleBar;
  private readonly parts: number;
  private readonly running = new Set<string>();
  private experiments = 0;
  private finished = 0;

  constructor(stream: NodeJS.WriteStream, parts: number) {
    this.parts = parts;
    this.bar = new cliProgress.SingleBar(
      { format: (options, params) => this.text(options, params), stream, hideCursor: true, clearOnComplete: true },
      cliProgress.Presets.shades_classic,
    );
  }

  begin(experiments: number): void {
    this.experiments = experiments;
    this.bar.start(experiments + this.parts, 0);
  }

  start(name: string): void {
    this.running.add(name);
    this.bar.render();
  }

  postpone(id: string): void {
    this.running.delete(id);
    this.bar.render();
  }

  finish({ id }: { readonly id: string }): void {
    this.finished++;
    this.advance(id);
  }

  async part<T>(name: string, work: (onStart: () => void) => Promise<T>): Promise<T> {
    try {
      return await work(() => this.start(name));
    } finally {
      this.advance(name);
    }
  }

  end(): void {
    this.bar.stop();
  }

  private advance(name: string): void {
    this.running.delete(name);
    this.bar.increment();
  }

  /** The time left is only known from experiments that are done, and only of experiments. */
  private text(options: Options, { progress, value, total, eta }: Params): string {
    const { BarFormat, TimeFormat } = cliProgress.Format;
    const left = this.finished > 0 && this.finished < this.experiments ? `  ${TimeFormat(eta, options, 5).trim()} left` : "";
    return `${BarFormat(progress, options)} ${value}/${total}${left}  ${[...this.running].map(printable).join(", ")}`;
  }
}
