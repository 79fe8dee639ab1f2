/**
 * A session step by step, as an experiment writes it and the gallery draws it: a small document of tokens, times and tool
 * names, without anything that was said. Runs in browsers, too.
 */

export interface TimelineCall {
  /** As logged, cut at some length; may contain anything. */
  readonly tool: string;
  /** Seconds since the session's first event; null when the call has no time. */
  readonly startS: number | null;
  /** Seconds, positive; null when not measurable. */
  readonly durationS: number | null;
  /** Null when the trace doesn't say. */
  readonly failed: boolean | null;
}

/** An agent step. Token counts are never negative. */
export interface TimelineStep {
  /** Seconds from the session's first event to the step's; null when the step has no time. */
  readonly startS: number | null;
  readonly prefixTokens: number;
  readonly appendTokens: number;
  /** Null when the count was logged while the response was streaming. */
  readonly outputTokens: number | null;
  /** Part of the output; null when the trace doesn't say. */
  readonly reasoningTokens: number | null;
  /** Observable generation: seconds since the session's first event, and how long. Both null when not measurable. */
  readonly generationStartS: number | null;
  readonly generationS: number | null;
  /** The step carries a user message. */
  readonly user: boolean;
  /** How long the session was idle before that message, and when the wait began; null when it didn't. */
  readonly waitStartS: number | null;
  readonly waitS: number | null;
  /** The context was compacted before this step, as the trace reports or as a lasting drop of the input shows. */
  readonly compaction: "explicit" | "input_drop" | null;
  /** Dollars; null without a price. */
  readonly costUsd: number | null;
  /** Calls that the step emitted; `calls` holds the first of them. */
  readonly callCount: number;
  readonly calls: readonly TimelineCall[];
}

/** What all steps of some sessions cost. */
export interface TimelineCost {
  readonly sessions: number;
  /** Dollars count only these. */
  readonly pricedSteps: number;
  readonly usd: number;
  /** The most that it can be. */
  readonly usdMost: number;
  /** `9 of 12 steps have a price; …`; null where each step has its list price. */
  readonly prices: string | null;
}

export interface Timeline {
  /** Short id, safe in addresses and file names. */
  readonly name: string;
  /** As in the trace; may contain anything. */
  readonly sessionId: string;
  readonly provider: string;
  readonly model: string;
  /** Of the whole session; `steps` holds the first of them. */
  readonly stepCount: number;
  /** Time of the first event, ISO 8601 in UTC; null when no step has a time. */
  readonly start: string | null;
  /** Seconds from the first event to the last; null when no step has a time. */
  readonly durationS: number | null;
  readonly cost: TimelineCost;
  /** Cost of the helpers of its conversation. */
  readonly helpers: TimelineCost;
  readonly steps: readonly TimelineStep[];
}

const COMPACTIONS = [null, "explicit", "input_drop"] as const;

type CallRow = readonly [tool: number, startS: number | null, durationS: number | null, failed: 0 | 1 | null];
type StepRow = readonly [
  startS: number | null,
  prefixTokens: number,
  appendTokens: number,
  outputTokens: number | null,
  reasoningTokens: number | null,
  generationStartS: number | null,
  generationS: number | null,
  user: 0 | 1,
  waitStartS: number | null,
  waitS: number | null,
  compaction: number,
  costUsd: number | null,
  callCount: number,
  calls: readonly CallRow[],
];

const STEP_COLUMNS = [
  "start_s",
  "prefix_tokens",
  "append_tokens",
  "output_tokens",
  "reasoning_tokens",
  "generation_start_s",
  "generation_s",
  "user_message",
  "wait_start_s",
  "wait_s",
  "compaction",
  "cost_usd",
  "call_count",
  "calls",
] as const;
const CALL_COLUMNS = ["tool", "start_s", "duration_s", "failed"] as const;

interface CostDocument {
  readonly sessions: number;
  readonly priced_steps: number;
  readonly usd: number;
  readonly usd_hi: number;
  readonly prices: string | null;
}

/** The document: rows under named columns, tools and compactions as indexes into lists. */
export interface TimelineDocument {
  readonly name: string;
  readonly session_id: string;
  readonly provider: string;
  readonly model: string;
  readonly step_count: number;
  readonly start: string | null;
  readonly duration_s: number | null;
  readonly cost: CostDocument;
  readonly helpers: CostDocument;
  readonly tools: readonly string[];
  readonly compactions: readonly (string | null)[];
  readonly call_columns: readonly string[];
  readonly step_columns: readonly string[];
  readonly steps: readonly StepRow[];
}

/** JSON with a line per step. */
export function timelineText(timeline: Timeline): string {
  const { steps, ...head } = timelineDocument(timeline);
  const rows = steps.map((step) => `    ${JSON.stringify(step)}`).join(",\n");
  const lines = Object.entries(head).map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`);
  return `{\n${lines.join("")}  "steps": [${rows === "" ? "" : `\n${rows}\n  `}]\n}\n`;
}

export function timelineDocument(timeline: Timeline): TimelineDocument {
  const tools = [...new Set(timeline.steps.flatMap((step) => step.calls.map((call) => call.tool)))];
  return {
    name: timeline.name,
    session_id: timeline.sessionId,
    provider: timeline.provider,
    model: timeline.model,
    step_count: timeline.stepCount,
    start: timeline.start,
    duration_s: timeline.durationS,
    cost: costDocument(timeline.cost),
    helpers: costDocument(timeline.helpers),
    tools,
    compactions: COMPACTIONS,
    call_columns: CALL_COLUMNS,
    step_columns: STEP_COLUMNS,
    steps: timeline.steps.map((step) => stepRow(step, tools)),
  };
}

export function readTimeline(document: TimelineDocument): Timeline {
  return {
    name: document.name,
    sessionId: document.session_id,
    provider: document.provider,
    model: document.model,
    stepCount: document.step_count,
    start: document.start,
    durationS: document.duration_s,
    cost: readCost(document.cost),
    helpers: readCost(document.helpers),
    steps: document.steps.map((row) => readStep(row, document.tools)),
  };
}

function costDocument({ sessions, pricedSteps, usd, usdMost, prices }: TimelineCost): CostDocument {
  return { sessions, priced_steps: pricedSteps, usd, usd_hi: usdMost, prices };
}

function readCost({ sessions, priced_steps, usd, usd_hi, prices }: CostDocument): TimelineCost {
  return { sessions, pricedSteps: priced_steps, usd, usdMost: usd_hi, prices };
}

function stepRow(step: TimelineStep, tools: readonly string[]): StepRow {
  return [
    step.startS,
    step.prefixTokens,
    step.appendTokens,
    step.outputTokens,
    step.reasoningTokens,
    step.generationStartS,
    step.generationS,
    step.user ? 1 : 0,
    step.waitStartS,
    step.waitS,
    COMPACTIONS.indexOf(step.compaction),
    step.costUsd,
    step.callCount,
    step.calls.map((call) => [tools.indexOf(call.tool), call.startS, call.durationS, call.failed === null ? null : call.failed ? 1 : 0]),
  ];
}

function readStep(row: StepRow, tools: readonly string[]): TimelineStep {
  return {
    startS: row[0],
    prefixTokens: row[1],
    appendTokens: row[2],
    outputTokens: row[3],
    reasoningTokens: row[4],
    generationStartS: row[5],
    generationS: row[6],
    user: row[7] === 1,
    waitStartS: row[8],
    waitS: row[9],
    compaction: COMPACTIONS[row[10]] ?? null,
    costUsd: row[11],
    callCount: row[12],
    calls: row[13].map(([tool, startS, durationS, failed]) => ({
      tool: tools[tool] ?? "",
      startS,
      durationS,
      failed: failed === null ? null : failed === 1,
    })),
  };
}
