/** Sends or writes the sessions of a pool as OpenTelemetry traces and metrics. */
import path from "node:path";
import type { Pool } from "../../db/open/pool.ts";
import { exportedSessions } from "../sessions/read.ts";
import { writeWhole } from "../whole-file.ts";
import { metricsOf } from "./metrics.ts";
import { type Origin, originOf } from "./origin.ts";
import { httpSink, lineSink, type Sink } from "./sinks.ts";
import { type Span, spansOf } from "./spans.ts";

/** A collector refuses requests beyond some megabytes. */
const SPANS_PER_REQUEST = 1_000;

export interface OtlpReport {
  readonly sessions: number;
  readonly spans: number;
  /** Requests of metrics. */
  readonly metrics: number;
}

export interface OtlpOptions {
  /** Version of this program. */
  readonly version: string;
  /** Id of the only session. */
  readonly only?: string;
}

/** Of a pool whose spans are in `out`. */
export function metricsFileOf(out: string): string {
  const { dir, name, ext } = path.parse(out);
  return path.join(dir, `${name}.metrics${ext || ".jsonl"}`);
}

/** Writes spans to a file and metrics to `metricsFileOf` of it; both appear when they are complete. */
export async function writeOtlp(pool: Pool, out: string, options: OtlpOptions): Promise<OtlpReport> {
  let report: OtlpReport | undefined;
  await writeWhole(out, async (writeSpans) => {
    await writeWhole(metricsFileOf(out), async (writeMetrics) => {
      report = await drain(pool, lineSink(writeSpans, writeMetrics), options);
    });
  });
  return report ?? { sessions: 0, spans: 0, metrics: 0 };
}

/** @throws UserError for an address that is not one of a collector, and when that doesn't take something */
export async function sendOtlp(pool: Pool, endpoint: string, options: OtlpOptions): Promise<OtlpReport> {
  return drain(pool, httpSink(endpoint), options);
}

async function drain(pool: Pool, sink: Sink, { version, only }: OtlpOptions): Promise<OtlpReport> {
  const counts = { sessions: 0, spans: 0, metrics: 0 };
  const origin: Origin = originOf(version);
  for await (const session of exportedSessions(pool, only)) {
    counts.sessions++;
    const spans = spansOf(session, origin);
    for (const batch of batches(spans)) await sink.spans(batch);
    counts.spans += spans.length;
    const metrics = metricsOf(session, origin);
    if (metrics === null) continue;
    await sink.metrics(metrics);
    counts.metrics++;
  }
  return counts;
}

function* batches(spans: readonly Span[]): Generator<Span[]> {
  for (let from = 0; from < spans.length; from += SPANS_PER_REQUEST) yield spans.slice(from, from + SPANS_PER_REQUEST);
}
