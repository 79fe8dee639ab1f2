/** Sessions as long and as short as maps and timelines of one have to show. */
import { type EventLiteral, timesAfter } from "./events.ts";
import type { StepLiteral, TranscriptLiteral } from "./pool.ts";

const START = Date.UTC(2026, 2, 2, 9);
const { at, event } = timesAfter(START);
const MODEL = "claude-opus-4-6";

type Call = NonNullable<StepLiteral["tools"]>[number];

/** What the calls of a request are, one after the other, and the seconds that they take. */
const READ = { name: "Read", seconds: 0.4, isOfFile: true };
const SEARCH = { name: "Grep", seconds: 0.7, isOfFile: true };
const EDIT = { name: "Edit", seconds: 0.3, isOfFile: true };
const RUN = { name: "Bash", seconds: 45, isOfFile: false };
const COURSE = [
  READ,
  SEARCH,
  READ,
  READ,
  RUN,
  READ,
  SEARCH,
  EDIT,
  EDIT,
  EDIT,
  READ,
  EDIT,
  RUN,
  RUN,
  RUN,
  EDIT,
  RUN,
  RUN,
  RUN,
  READ,
  EDIT,
  RUN,
  RUN,
];
const HELPER_TYPES = ["Explore", "reviewer", "test-runner", "general-purpose"];
const FILES = [
  "src/main.ts",
  "src/render/lanes.ts",
  "src/render/axis.ts",
  "src/db/pool.ts",
  "test/lanes.test.ts",
  "README.md",
  "package.json",
];

interface Literals {
  readonly steps: StepLiteral[];
  readonly transcripts: TranscriptLiteral[];
}

const LONG = "claude:aaaaaaaa-0000-4000-8000-000000000074";
const LONG_CALLS = 395;
const LONG_HELPERS = 40;
/** Calls between two messages of the user. */
const CALLS_OF_A_REQUEST = COURSE.length;
/** A pause after each request, in seconds: short ones, lunches and nights. */
const PAUSES = [120, 1_500, 5_400, 200, 46_000, 700, 9_000, 43_200, 250, 2_400, 60, 54_088, 3_000, 400, 38_000, 6_600, 9_100];
const CONTEXT_STEP = 1_100;
const CONTEXT_LIMIT = 165_000;

/** 74 hours, 395 calls, 40 helpers of which four have helpers of their own; approvals, failures, retries and two compactions. */
export function longSession(): Literals {
  const steps: StepLiteral[] = [];
  const transcripts: TranscriptLiteral[] = [{ session_id: LONG, transcript_id: LONG, relation: "main", provider: "claude" }];
  let second = 0;
  let context = 24_000;
  let helpers = 0;
  for (let i = 0; i < LONG_CALLS; i++) {
    const isAsked = i % CALLS_OF_A_REQUEST === 0;
    const isLast = i === LONG_CALLS - 1 || (i + 1) % CALLS_OF_A_REQUEST === 0;
    const isRetry = i % 31 === 7;
    const spawns = i % 9 === 4 && i % 31 !== 6 && !isRetry && helpers < LONG_HELPERS - 4;
    const tool = COURSE[(isRetry ? i - 1 : i) % COURSE.length] ?? RUN;
    const isApproval = tool === EDIT && i % 5 === 2;
    const seconds = spawns ? 240 + ((i * 37) % 400) : isApproval ? 90 + ((i * 53) % 900) : tool.seconds * (1 + (i % 5));
    const failed = !spawns && (i % 31 === 6 || i % 31 === 10);
    const called = second + 6 + (i % 11);
    const id = `call-${i}`;
    const name = spawns ? "Task" : tool.name;
    const file = FILES[(i + Math.floor(i / 5)) % FILES.length] ?? "README.md";
    const isCompacted = context > CONTEXT_LIMIT;
    const prefix = isCompacted ? 0 : i % 60 === 59 ? 0 : context;
    if (isCompacted) context = 38_000;
    steps.push({
      ...tokens(prefix, prefix === 0 ? context : CONTEXT_STEP, 120 + ((i * 97) % 900)),
      session_id: LONG,
      round_index: i + 1,
      details: { transcript_id: LONG },
      current_user_message_count: isAsked ? 1 : 0,
      timing_events: [
        ...(isAsked
          ? [event("user_message", second, { content_chars: 240 })]
          : [event("tool_result", second, { tool_call_id: `call-${i - 1}` })]),
        event("tool_call", called, { tool_call_id: id }),
        ...(isLast ? [event("tool_result", called + seconds, { tool_call_id: id })] : []),
      ],
      tools: [callOf(id, name, [called, called + seconds], failed)],
      inputs: [
        {
          input_hash: `${isRetry ? i - 1 : i}`,
          target: tool.isOfFile && !spawns ? file : "npm test",
          verb: tool === EDIT ? "edit" : tool.isOfFile ? "read" : "test",
        },
      ],
    });
    if (spawns) {
      const helper = `${LONG}/subagents/agent-${helpers}`;
      helperSteps({
        helper,
        parent: LONG,
        call: id,
        from: called + 2,
        to: called + seconds - 2,
        type: HELPER_TYPES[helpers % 4],
        steps,
        transcripts,
      });
      helpers++;
      if (helpers % 9 === 0) {
        const nested = `${LONG}/subagents/agent-${helpers}-nested`;
        helperSteps({
          helper: nested,
          parent: helper,
          call: null,
          from: called + 30,
          to: called + seconds - 40,
          type: "Explore",
          steps,
          transcripts,
        });
      }
    }
    context += CONTEXT_STEP;
    second = called + seconds + (isLast ? (PAUSES[Math.floor(i / CALLS_OF_A_REQUEST) % PAUSES.length] ?? 0) : 0);
  }
  return { steps, transcripts };
}

interface Helper extends Literals {
  readonly helper: string;
  readonly parent: string;
  readonly call: string | null;
  readonly from: number;
  readonly to: number;
  readonly type: string | undefined;
}

function helperSteps({ helper, parent, call, from, to, type, steps, transcripts }: Helper): void {
  transcripts.push({
    session_id: helper,
    transcript_id: helper,
    relation: "sub-agent",
    provider: "claude",
    parent_session_id: parent,
    parent_tool_call_id: call,
    agent_type: type ?? null,
  });
  const middle = (from + to) / 2;
  const own = (round_index: number, timing_events: readonly EventLiteral[]) => ({
    ...tokens(0, 6_000 + 3_000 * round_index, 300),
    session_id: helper,
    round_index,
    details: { transcript_id: helper },
    timing_events,
  });
  steps.push(own(1, [event("user_message", from), event("text", middle)]), own(2, [event("client_message", middle), event("text", to)]));
}

/** Three requests of which one waits for an approval and one starts a helper; ten minutes. */
export function shortSession(): StepLiteral[] {
  const step = (round_index: number, timing_events: readonly EventLiteral[], ...tools: Call[]): StepLiteral => ({
    ...tokens(round_index === 1 ? 0 : 9_000 + 2_000 * round_index, round_index === 1 ? 10_000 : 1_500, 400),
    session_id: "claude:short",
    round_index,
    timing_events,
    tools,
  });
  const called = (id: string, second: number) => event("tool_call", second, { tool_call_id: id });
  const result = (id: string, second: number) => event("tool_result", second, { tool_call_id: id });
  return [
    step(1, [event("user_message", 0), called("a", 8)], callOf("a", "Read", [8, 9])),
    step(2, [result("a", 9), called("b", 15)], callOf("b", "Edit", [15, 60])),
    step(3, [result("b", 60), called("c", 64)], callOf("c", "Bash", [64, 90], true)),
    step(4, [result("c", 90), event("text", 97)]),
    step(5, [event("user_message", 560), called("d", 566)], callOf("d", "Bash", [566, 590])),
    step(6, [result("d", 590), event("text", 600)]),
  ];
}

function callOf(id: string, tool_name: string, [from, to]: readonly [from: number, to: number], is_error = false): Call {
  return {
    tool_call_id: id,
    tool_name,
    emitted_at: at(from),
    result_at: at(to),
    tool_wall_latency_ms: Math.round((to - from) * 1000),
    input_chars: 60,
    result_chars: 900,
    is_error,
  };
}

function tokens(prefix: number, append: number, output: number): StepLiteral {
  return {
    provider: "claude",
    model: MODEL,
    user: "person-1",
    input_tokens_total: prefix + append,
    prefix_tokens: prefix,
    newly_append_tokens: append,
    claude_uncached_input_tokens: 0,
    claude_cache_creation_input_tokens: append,
    claude_cache_read_input_tokens: prefix,
    output_tokens: output,
  };
}
