import { execFileSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Pool } from "../../db/open/pool.ts";
import { sumOf } from "../../stats/sum.ts";
import { type StepLiteral, withPool } from "../../testing/pool.ts";
import { samplePool } from "../../testing/sample.ts";
import { exportedSessions } from "../sessions/read.ts";
import { metricsFileOf, sendOtlp, writeOtlp } from "./export.ts";
import { originOf } from "./origin.ts";
import { httpSink } from "./sinks.ts";
import { spansOf } from "./spans.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "otlp-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const out = path.join(folder, "spans.jsonl");
const OPTIONS = { version: "1.2.3" };

interface WrittenSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, string | number | boolean>> }[];
  readonly status: { readonly code: number };
  readonly links: readonly { readonly traceId: string }[];
}
interface Written {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly WrittenSpan[] }[] }[];
}

const linesOf = (file: string) => fs.readFileSync(file, "utf8").trimEnd().split("\n");
const spansIn = (text: string): WrittenSpan[] => {
  const { resourceSpans }: Written = JSON.parse(text);
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
};
const attributeOf = (span: WrittenSpan, key: string) =>
  Object.values(span.attributes.find((attribute) => attribute.key === key)?.value ?? {})[0];
const operation = (name: string) => (span: WrittenSpan) => attributeOf(span, "gen_ai.operation.name") === name;
const usOf = ({ startTimeUnixNano, endTimeUnixNano }: WrittenSpan) => Number((BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1000n);

describe("the sample", () => {
  let pool: Pool;
  let spans: WrittenSpan[];
  beforeAll(async () => {
    pool = await samplePool();
    await writeOtlp(pool, out, OPTIONS);
    spans = linesOf(out).flatMap(spansIn);
  });

  it("has all steps, tokens, calls, times and the cost", async () => {
    const chats = spans.filter(operation("chat"));
    const tools = spans.filter(operation("execute_tool"));
    const sum = (key: string) => sumOf(chats, (span) => Number(attributeOf(span, key) ?? 0));
    const [steps] = await pool.rows(`-- uses: timeline_steps
      SELECT count(*) AS steps, sum(prefix_tokens + append_tokens)::DOUBLE AS input, sum(prefix_tokens)::DOUBLE AS cached,
        sum(output_tokens)::DOUBLE AS output, sum(cost_nano) AS nano, sum(generation_us)::DOUBLE AS generation_us
      FROM timeline_steps`);
    expect({
      steps: chats.length,
      input: sum("gen_ai.usage.input_tokens"),
      cached: sum("gen_ai.usage.cache_read.input_tokens"),
      output: sum("gen_ai.usage.output_tokens"),
      nano: sum("trace_atlas.cost.nano_usd"),
      generation_us: sumOf(chats, usOf),
    }).toEqual(steps);
    const [calls] = await pool.rows(`-- uses: timeline_calls
      SELECT count(*) AS calls, count(*) FILTER (is_error) AS errors, (sum(wall_us) FILTER (emitted_us IS NOT NULL))::DOUBLE AS us FROM timeline_calls`);
    const failed = tools.filter(({ status }) => status.code === 2);
    expect({ calls: tools.length, errors: failed.length, us: sumOf(tools, usOf) }).toEqual(calls);
    expect(failed.every((span) => attributeOf(span, "error.type") === "_OTHER")).toBe(true);
  });

  it("has a trace per session, spans of unique ids, and each parent in the same trace", () => {
    const byId = new Map(spans.map((span) => [span.spanId, span]));
    expect(byId.size).toBe(spans.length);
    expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined).map(({ name }) => name)).toEqual(
      [...new Set(spans.map(({ traceId }) => traceId))].map(() => "session"),
    );
    for (const { traceId, parentSpanId } of spans) if (parentSpanId !== undefined) expect(byId.get(parentSpanId)?.traceId).toBe(traceId);
  });

  it("has tokens by kind as a histogram per session and model, and is the same each time", async () => {
    const before = [out, metricsFileOf(out)].map((file) => fs.readFileSync(file, "utf8"));
    const points = linesOf(metricsFileOf(out)).flatMap(
      (line) => JSON.parse(line).resourceMetrics[0].scopeMetrics[0].metrics[0].histogram.dataPoints,
    );
    const chats = spans.filter(operation("chat"));
    expect(sumOf(points, ({ sum }) => sum)).toBe(
      sumOf(
        chats,
        (span) => Number(attributeOf(span, "gen_ai.usage.input_tokens")) + Number(attributeOf(span, "gen_ai.usage.output_tokens") ?? 0),
      ),
    );
    for (const { bucketCounts, count } of points) expect(sumOf(bucketCounts, Number)).toBe(count);
    await writeOtlp(pool, out, OPTIONS);
    expect([out, metricsFileOf(out)].map((file) => fs.readFileSync(file, "utf8"))).toEqual(before);
  });

  const python = process.env.OTLP_PYTHON ?? "python3";
  const hasProtocol = (() => {
    try {
      execFileSync(python, ["-c", "import opentelemetry.proto.trace.v1.trace_pb2"], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  })();
  it.skipIf(!hasProtocol)(
    "is read by the protocol's own definitions (needs opentelemetry-proto of PyPI; OTLP_PYTHON names the Python)",
    () => {
      // Ids are hex in OTLP JSON, which plain Protobuf JSON would read as base64.
      const program = `
import base64, json, re, sys
from google.protobuf import json_format
from opentelemetry.proto.metrics.v1.metrics_pb2 import MetricsData
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData
ids = re.compile(r'"(traceId|spanId|parentSpanId)":"([0-9a-f]+)"')
text = lambda line: ids.sub(lambda m: '"%s":"%s"' % (m[1], base64.b64encode(bytes.fromhex(m[2])).decode()), line)
traces = [json_format.Parse(text(line), TracesData()) for line in open(sys.argv[1])]
metrics = [json_format.Parse(line, MetricsData()) for line in open(sys.argv[2])]
spans = [s for t in traces for r in t.resource_spans for c in r.scope_spans for s in c.spans]
print(json.dumps([len(spans), all(len(s.trace_id) == 16 and len(s.span_id) == 8 for s in spans), len(metrics)]))`;
      const answer: unknown = JSON.parse(execFileSync(python, ["-c", program, out, metricsFileOf(out)], { encoding: "utf8" }));
      expect(answer).toEqual([spans.length, true, linesOf(metricsFileOf(out)).length]);
    },
  );
});

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const STEP: StepLiteral = {
  ...{
    session_id: "claude:secret",
    provider: "claude",
    model: "secret-model",
    prefix_tokens: 10,
    newly_append_tokens: 5,
    output_tokens: 2,
  },
  ...{ project: "-home-secret", cwd: "/home/secret", user: "secret" },
  timing_events: [
    { event_type: "user_message", timestamp: at(0) },
    { event_type: "tool_call", timestamp: at(2) },
  ],
  tools: [{ tool_name: "secret", emitted_at: at(2), result_at: at(5), is_error: true }],
};

it("shows nothing that names somebody", () =>
  withPool(
    [STEP, { ...STEP, timing_events: [], tools: [] }],
    async (pool) => {
      await writeOtlp(pool, out, OPTIONS);
      expect(linesOf(out).join()).not.toMatch(/secret/);
      expect(linesOf(metricsFileOf(out)).join()).not.toMatch(/secret/);
      const spans = linesOf(out).flatMap(spansIn);
      expect(spans.map(({ name }) => name)).toEqual([
        "session",
        "invoke_agent claude",
        "chat model",
        "execute_tool custom_tool",
        "chat model",
      ]);
      // The second step has no time.
      expect(spans.map((span) => [usOf(span), attributeOf(span, "trace_atlas.untimed")])).toEqual([
        [5_000_000, undefined],
        [2_000_000, undefined],
        [2_000_000, undefined],
        [3_000_000, undefined],
        [0, true],
      ]);
    },
    [{ transcript_id: "t", session_id: "claude:secret", title: "secret" }],
  ));

describe("a collector", () => {
  const seen: { readonly url: string | undefined; readonly spans: number }[] = [];
  const answers: { readonly status: number; readonly body?: string; readonly headers?: http.OutgoingHttpHeaders }[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = gunzipSync(Buffer.concat(chunks)).toString();
    seen.push({ url: request.url, spans: request.url === "/v1/traces" ? spansIn(text).length : 0 });
    const { status, body = "{}", headers = {} } = answers.shift() ?? { status: 200 };
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  });
  let endpoint = "";
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    endpoint = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  const send = () => withPool([STEP], (pool) => sendOtlp(pool, endpoint, OPTIONS));

  it("gets all spans and the metrics", async () => {
    seen.length = 0;
    expect(await send()).toEqual({ sessions: 1, spans: 4, metrics: 1 });
    expect(seen).toEqual([
      { url: "/v1/traces", spans: 4 },
      { url: "/v1/metrics", spans: 0 },
    ]);
  });

  it("is asked again when it is busy", async () => {
    seen.length = 0;
    answers.push({ status: 503, headers: { "retry-after": "0" } }, { status: 429, headers: { "retry-after": "0" } });
    await send();
    expect(seen.map(({ url }) => url)).toEqual(["/v1/traces", "/v1/traces", "/v1/traces", "/v1/metrics"]);
  });

  it.each([
    [
      "an error",
      { status: 500 },
      /^http:\S+\/v1\/traces did not take the spans: it answered 500 Internal Server Error\. See the log of the collector\.$/,
    ],
    [
      "spans that it rejects",
      { status: 200, body: '{"partialSuccess":{"rejectedSpans":3,"errorMessage":"too old"}}' },
      /^http:\S+\/v1\/traces rejected 3 of the spans: too old\.$/,
    ],
  ])("that answers with %s ends the export", async (_, answer, message) => {
    answers.push(answer);
    await expect(send()).rejects.toThrow(message);
  });

  it.each([
    [
      "http://127.0.0.1:1",
      /^http:\/\/127\.0\.0\.1:1\/v1\/traces did not take the spans: the connection was refused\. Start a collector there, or give another --endpoint\.$/,
    ],
    ["localhost:4318", /^--endpoint "localhost:4318" is not the address of a collector\. Give one such as http:\/\/127\.0\.0\.1:4318\.$/],
    ["ftp://a", /is not the address of a collector/],
  ])("at %s is refused in one sentence", (address, message) =>
    withPool([STEP], async (pool) => {
      for await (const session of exportedSessions(pool))
        await expect(async () => httpSink(address, 500).spans(spansOf(session, originOf("1")))).rejects.toThrow(message);
    }),
  );
});
