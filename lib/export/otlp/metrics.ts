/** Metrics of a session by model: histograms of tokens and of durations, as the GenAI semantic conventions name them. */
import { type Attributes, type HrTime, ValueType } from "@opentelemetry/api";
import { AggregationTemporality, DataPointType, type HistogramMetricData, type ResourceMetrics } from "@opentelemetry/sdk-metrics";
import {
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_PROVIDER_NAME,
  ATTR_GEN_AI_REQUEST_MODEL,
  ATTR_GEN_AI_TOKEN_TYPE,
  ATTR_GEN_AI_TOOL_NAME,
  GEN_AI_OPERATION_NAME_VALUE_CHAT,
  GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL,
  GEN_AI_TOKEN_TYPE_VALUE_INPUT,
  GEN_AI_TOKEN_TYPE_VALUE_OUTPUT,
  METRIC_GEN_AI_CLIENT_OPERATION_DURATION,
  METRIC_GEN_AI_CLIENT_TOKEN_USAGE,
} from "@opentelemetry/semantic-conventions/incubating";
import { groupBy } from "../../stats/group-by.ts";
import { sumOf } from "../../stats/sum.ts";
import type { ExportedSession } from "../sessions/read.ts";
import { makerOf } from "./names.ts";
import { hrTime, type Origin } from "./origin.ts";

/** As the conventions advise. */
const TOKEN_BOUNDS = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
const SECOND_BOUNDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const MICRO = 1e6;

interface Measured {
  readonly attributes: Attributes;
  readonly value: number;
}

/** Null for a session of which nothing is measured. */
export function metricsOf(session: ExportedSession, { resource, scope }: Origin): ResourceMetrics | null {
  const times = session.steps.flatMap(({ first_us, last_us }) => [
    ...(first_us === null ? [] : [first_us]),
    ...(last_us === null ? [] : [last_us]),
  ]);
  const window: [HrTime, HrTime] = [hrTime(least(times)), hrTime(times.reduce((a, b) => Math.max(a, b), 0))];
  const metrics = [
    histogram({ ...NAMES.tokens, measured: tokensOf(session), window, boundaries: TOKEN_BOUNDS, valueType: ValueType.INT }),
    histogram({ ...NAMES.seconds, measured: secondsOf(session), window, boundaries: SECOND_BOUNDS, valueType: ValueType.DOUBLE }),
  ].filter(({ dataPoints }) => dataPoints.length > 0);
  return metrics.length === 0 ? null : { resource, scopeMetrics: [{ scope, metrics }] };
}

const NAMES = {
  tokens: { name: METRIC_GEN_AI_CLIENT_TOKEN_USAGE, description: "Number of input and output tokens used.", unit: "{token}" },
  seconds: { name: METRIC_GEN_AI_CLIENT_OPERATION_DURATION, description: "GenAI operation duration.", unit: "s" },
};

function least(times: readonly number[]): number {
  return times.length === 0 ? 0 : times.reduce((a, b) => Math.min(a, b));
}

function tokensOf(session: ExportedSession): Measured[] {
  return session.steps.flatMap(({ model, prefix_tokens, append_tokens, output_tokens }) => {
    const of = (type: string, value: number): Measured => ({
      attributes: { ...chatAttributes(session, model), [ATTR_GEN_AI_TOKEN_TYPE]: type },
      value,
    });
    const input = of(GEN_AI_TOKEN_TYPE_VALUE_INPUT, prefix_tokens + append_tokens);
    return output_tokens === null ? [input] : [input, of(GEN_AI_TOKEN_TYPE_VALUE_OUTPUT, output_tokens)];
  });
}

function secondsOf(session: ExportedSession): Measured[] {
  const shared = { [ATTR_GEN_AI_CONVERSATION_ID]: session.name, [ATTR_GEN_AI_OPERATION_NAME]: GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL };
  return session.steps.flatMap(({ model, generation_us, calls }) => [
    ...(generation_us === null ? [] : [{ attributes: chatAttributes(session, model), value: generation_us / MICRO }]),
    ...calls.flatMap(({ tool, wall_us }) =>
      wall_us === null ? [] : [{ attributes: { ...shared, [ATTR_GEN_AI_TOOL_NAME]: tool }, value: wall_us / MICRO }],
    ),
  ]);
}

function chatAttributes(session: ExportedSession, model: string): Attributes {
  return {
    [ATTR_GEN_AI_CONVERSATION_ID]: session.name,
    [ATTR_GEN_AI_OPERATION_NAME]: GEN_AI_OPERATION_NAME_VALUE_CHAT,
    [ATTR_GEN_AI_PROVIDER_NAME]: makerOf(session.provider),
    [ATTR_GEN_AI_REQUEST_MODEL]: model,
  };
}

interface HistogramRequest {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly valueType: ValueType;
  readonly measured: readonly Measured[];
  readonly window: readonly [start: HrTime, end: HrTime];
  readonly boundaries: number[];
}

function histogram({ name, description, unit, valueType, measured, window, boundaries }: HistogramRequest): HistogramMetricData {
  const [startTime, endTime] = window;
  return {
    descriptor: { name, description, unit, valueType },
    aggregationTemporality: AggregationTemporality.DELTA,
    dataPointType: DataPointType.HISTOGRAM,
    dataPoints: [...groupBy(measured, ({ attributes }) => JSON.stringify(attributes)).values()].map((group) => {
      const values = group.map(({ value }) => value);
      return { startTime, endTime, attributes: group[0]?.attributes ?? {}, value: histogramValue(values, boundaries) };
    }),
  };
}

/** A bucket ends at its boundary, which it includes; the last one has no end. */
function histogramValue(values: readonly number[], boundaries: number[]) {
  const counts = [...boundaries, Number.POSITIVE_INFINITY].map(() => 0);
  for (const value of values) {
    const place = boundaries.findIndex((boundary) => value <= boundary);
    const bucket = place < 0 ? boundaries.length : place;
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  return {
    ...{ buckets: { boundaries, counts }, count: values.length, sum: sumOf(values, (value) => value) },
    ...{ min: least(values), max: values.reduce((a, b) => Math.max(a, b), 0) },
  };
}
