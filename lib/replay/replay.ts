/** Replays a workload against a server and writes what was measured. */
import path from "node:path";
import { writeAtomically } from "../files/atomic.ts";
import { csvText } from "../files/csv.ts";
import { UserError } from "../files/errors.ts";
import { jsonText } from "../files/json.ts";
import { renderFigure } from "../render/render.ts";
import type { TextLine } from "../report/lines.ts";
import { calibrate } from "./calibrate.ts";
import type { Server } from "./client.ts";
import { replayFigure } from "./figure.ts";
import { type Measured, measuredOf, requestTable } from "./measured.ts";
import { UNCALIBRATED } from "./prompt.ts";
import { type End, replayLines } from "./report.ts";
import { traceRows } from "./rows.ts";
import { type Outcome, runWorkload } from "./run.ts";
import type { Workload } from "./workload.ts";

export interface ReplayRequest {
  readonly workload: Workload;
  readonly server: Server;
  readonly seed: string;
  readonly timeScale: number;
  readonly concurrency: number | null;
  readonly maxSeconds: number;
  /** Of the rows of the trace. */
  readonly provider: string;
  /** Folder that the files go to. */
  readonly out: string;
  /** Ends the replay; what was measured is kept. */
  readonly interrupt: AbortSignal;
  readonly onAnswer?: (done: number) => void;
}

export interface Replayed {
  readonly end: End;
  readonly outcome: Outcome;
  readonly measured: readonly Measured[];
  readonly lines: readonly TextLine[];
  readonly files: readonly string[];
}

/** @throws UserError, exit status 1, when the server doesn't answer at all */
export async function replay(request: ReplayRequest): Promise<Replayed> {
  const { workload, server, interrupt, maxSeconds } = request;
  const { clock } = server;
  const calibration = await interruptible(calibrate(server, interrupt), interrupt);
  const deadline = new AbortController();
  const done = new AbortController();
  void clock.sleep(maxSeconds * 1000, done.signal).then(() => deadline.abort());
  const signal = AbortSignal.any([interrupt, deadline.signal]);
  const options = { ...request, calibration: calibration ?? UNCALIBRATED, signal };
  const outcome = await runWorkload(workload, server, options).finally(() => done.abort());
  const end = endOf(outcome, interrupt);
  const measured = measuredOf(outcome);
  const lines = replayLines({ outcome, measured, end, requests: workload.requests, isCalibrated: calibration !== null });
  return { end, outcome, measured, lines, files: await writeFiles(request, outcome, measured) };
}

async function interruptible<T>(work: Promise<T>, interrupt: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw interrupt.aborted ? new UserError("Ended before the server answered; nothing was measured.", 1, { cause: error }) : error;
  }
}

function endOf({ gaveUp, isComplete }: Outcome, interrupt: AbortSignal): End {
  if (gaveUp) return "failures";
  if (isComplete) return "all sent";
  return interrupt.aborted ? "interrupt" : "time";
}

const FIGURE = "replay";

async function writeFiles({ out, provider, server }: ReplayRequest, outcome: Outcome, measured: readonly Measured[]): Promise<string[]> {
  const { model, clock } = server;
  const rows = traceRows(measured, { provider, model, epochMs: clock.epochMs });
  const table = requestTable(outcome, measured);
  const files = new Map<string, string | Uint8Array>([
    ["replay.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join("")],
    [
      `${table.name}.csv`,
      csvText(
        table.columns.map(({ name }) => name),
        table.rows,
      ),
    ],
  ]);
  const spec = replayFigure(measured, model);
  if (spec !== null) {
    const { png } = await renderFigure({ name: FIGURE, spec, footer: `replay  ·  ${model}` });
    files.set(`${FIGURE}.png`, png).set(`${FIGURE}.vl.json`, jsonText(spec));
  }
  for (const [name, content] of files) writeAtomically(path.join(out, name), content);
  return [...files.keys()].map((name) => path.join(out, name));
}
