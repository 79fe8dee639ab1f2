/** Where spans and metrics go: files of OTLP JSON, or a collector that takes OTLP over HTTP. */
import { createOtlpHttpExportDelegate, httpAgentFactoryFromOptions } from "@opentelemetry/otlp-exporter-base/node-http";
import {
  type IExporterMetricsHelper,
  type ISerializer,
  JsonMetricsSerializer,
  JsonTraceSerializer,
  MetricsExporterMetricsHelper,
  TraceExporterMetricsHelper,
} from "@opentelemetry/otlp-transformer";
import type { ResourceMetrics } from "@opentelemetry/sdk-metrics";
import { messageOf, UserError } from "../../files/errors.ts";
import { printable } from "../../files/printable.ts";
import type { Span } from "./spans.ts";

export interface Sink {
  spans(spans: Span[]): Promise<void>;
  metrics(metrics: ResourceMetrics): Promise<void>;
}

/** A request a line, each kind in a file of its own: the format of OpenTelemetry's file exporter. */
export function lineSink(writeSpans: (line: string) => void, writeMetrics: (line: string) => void): Sink {
  const lineOf = (bytes: Uint8Array | undefined) => `${new TextDecoder().decode(bytes)}\n`;
  return {
    spans: async (spans) => writeSpans(lineOf(JsonTraceSerializer.serializeRequest(spans))),
    metrics: async (metrics) => writeMetrics(lineOf(JsonMetricsSerializer.serializeRequest(metrics))),
  };
}

const TIMEOUT_MS = 10_000;

/**
 * Sends to `/v1/traces` and `/v1/metrics` under an address. OpenTelemetry's package tries again what can be tried again.
 * @param timeoutMs of a request with all its attempts
 * @throws UserError for what is not the address of a collector; its functions, for what the collector doesn't take
 */
export function httpSink(endpoint: string, timeoutMs = TIMEOUT_MS): Sink {
  const base = baseOf(endpoint);
  return {
    spans: sender({ url: `${base}/v1/traces`, what: "spans", timeoutMs }, JsonTraceSerializer, TraceExporterMetricsHelper),
    metrics: sender({ url: `${base}/v1/metrics`, what: "metrics", timeoutMs }, JsonMetricsSerializer, MetricsExporterMetricsHelper),
  };
}

function baseOf(endpoint: string): string {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol) || url.search !== "" || url.hash !== "")
    throw new UserError(
      `--endpoint ${JSON.stringify(endpoint)} is not the address of a collector. Give one such as http://127.0.0.1:4318.`,
    );
  return url.href.replace(/\/+$/, "");
}

interface Target {
  readonly url: string;
  readonly what: string;
  readonly timeoutMs: number;
}

interface Answer {
  readonly partialSuccess?: { readonly errorMessage?: string; readonly rejectedSpans?: number; readonly rejectedDataPoints?: number };
}

function sender<T, R extends Answer>(
  target: Target,
  serializer: ISerializer<T, R>,
  helper: IExporterMetricsHelper<T>,
): (sent: T) => Promise<void> {
  const { url, what, timeoutMs } = target;
  const answers: R[] = [];
  const delegate = createOtlpHttpExportDelegate(
    {
      url,
      headers: async () => ({ "Content-Type": "application/json" }),
      timeoutMillis: timeoutMs,
      concurrencyLimit: 1,
      compression: "gzip",
      agentFactory: httpAgentFactoryFromOptions({ keepAlive: true }),
    },
    {
      ...serializer,
      deserializeResponse(bytes) {
        const answer = serializer.deserializeResponse(bytes);
        answers.push(answer);
        return answer;
      },
    },
    "otlp_http_json_exporter",
    helper,
    undefined,
  );
  return async (sent) => {
    const { error } = await new Promise<{ error?: Error }>((resolve) => delegate.export(sent, resolve));
    // The queue of the delegate has room again only after its callback.
    await delegate.forceFlush();
    if (error) throw new UserError(`${url} did not take the ${what}: ${reasonOf(error)}. ${adviceFor(error)}`, 1, { cause: error });
    const { rejectedSpans = 0, rejectedDataPoints = 0, errorMessage = "" } = answers.pop()?.partialSuccess ?? {};
    const rejected = Number(rejectedSpans) + Number(rejectedDataPoints);
    if (rejected > 0)
      throw new UserError(`${url} rejected ${rejected} of the ${what}: ${printable(errorMessage) || "it gave no reason"}.`, 1);
  };
}

function reasonOf(error: Error): string {
  const code = codeIn(error);
  if (code === "ECONNREFUSED") return "the connection was refused";
  if (typeof code === "number") return `it answered ${code}${error.message === "" ? "" : ` ${printable(error.message)}`}`;
  if (/retryable/.test(error.message)) return "it answered again and again that it is not available";
  return printable(messageOf(error)).replace(/\.$/, "");
}

function adviceFor(error: Error): string {
  return codeIn(error) === "ECONNREFUSED" ? "Start a collector there, or give another --endpoint." : "See the log of the collector.";
}

function codeIn(error: Error): unknown {
  return "code" in error ? error.code : undefined;
}
