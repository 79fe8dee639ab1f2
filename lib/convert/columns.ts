/** Where the columns of a converted trace come from, and what figures lack where they are missing. */
import type { Source } from "./formats.ts";

export interface ColumnOrigin {
  readonly columns: readonly string[];
  /** What it is read from, or how it is derived, by format; a format that is left out doesn't have it. */
  readonly known?: Partial<Readonly<Record<Source, string>>>;
  readonly derived?: Partial<Readonly<Record<Source, string>>>;
  /** What is not seen where it is missing. */
  readonly lacks: string;
}

/** The first column of each is counted in the rows. */
export const ORIGINS: readonly ColumnOrigin[] = [
  {
    columns: ["session_id"],
    known: {
      otlp: "gen_ai.conversation.id, session.id, or the trace",
      langfuse: "sessionId, else traceId",
      "agent-trace": "session_id",
    },
    lacks: "",
  },
  {
    columns: ["provider"],
    known: { otlp: "gen_ai.agent.name or service.name of Claude Code and Codex, else gen_ai.provider.name" },
    derived: { langfuse: "--provider-name", "agent-trace": "--provider-name" },
    lacks: "",
  },
  {
    columns: ["model"],
    known: { otlp: "gen_ai.response.model or gen_ai.request.model", langfuse: "providedModelName or model", "agent-trace": "data.model" },
    lacks: "prices and comparisons of models",
  },
  {
    columns: ["input_tokens_total"],
    known: {
      otlp: "gen_ai.usage.input_tokens",
      langfuse: "usageDetails: all with input in their name",
      "agent-trace": "data.input_tokens",
    },
    lacks: "sizes of contexts",
  },
  {
    columns: ["prefix_tokens", "newly_append_tokens"],
    known: { otlp: "gen_ai.usage.cache_read.input_tokens", langfuse: "usageDetails: cached tokens" },
    lacks: "cache hits, new input and its cost, which count as 0",
  },
  {
    columns: ["claude_cache_creation_input_tokens", "claude_uncached_input_tokens", "claude_cache_read_input_tokens"],
    known: { otlp: "gen_ai.usage.cache_creation.input_tokens, of Anthropic", langfuse: "usageDetails: tokens written to the cache" },
    lacks: "cost of cache writes",
  },
  {
    columns: ["output_tokens"],
    known: {
      otlp: "gen_ai.usage.output_tokens",
      langfuse: "usageDetails: all with output in their name",
      "agent-trace": "data.output_tokens",
    },
    lacks: "output, its speed and its cost",
  },
  {
    columns: ["reasoning_output_tokens"],
    known: { otlp: "gen_ai.usage.reasoning.output_tokens", langfuse: "usageDetails: output_reasoning_tokens" },
    lacks: "the share of reasoning",
  },
  {
    columns: ["round_index"],
    derived: { otlp: "order of chat spans", langfuse: "order of startTime", "agent-trace": "order of timestamp" },
    lacks: "",
  },
  {
    columns: ["first_input_event_type", "current_user_message_count", "current_tool_result_count", "current_input_event_count"],
    derived: {
      otlp: "user message: start of the outermost invoke_agent; tool result: an execute_tool that ended before the call of the model",
      langfuse: "user message: start of the outermost observation or AGENT; tool result: a TOOL that ended before the GENERATION",
      "agent-trace": "user message: user_prompt; tool result: a tool_result before the llm_request",
    },
    lacks: "what began a step: requests, waits of a person",
  },
  {
    columns: ["timing_events"],
    derived: {
      otlp: "start and end of chat spans",
      langfuse: "startTime, completionStartTime, endTime",
      "agent-trace": "timestamp and duration_ms",
    },
    lacks: "time of generation",
  },
  {
    columns: ["tools"],
    known: { otlp: "execute_tool spans", langfuse: "observations of the type TOOL", "agent-trace": "tool_call, tool_result and error" },
    derived: { otlp: "the step of a call, where no parent and no number names it: the last that ended before" },
    lacks: "calls of tools, their time and errors",
  },
  { columns: ["current_user_message_chars", "current_tool_result_chars", "current_input_chars"], lacks: "sizes of messages and results" },
  { columns: ["project", "user", "cwd", "store", "session_file", "turn_id"], lacks: "figures by project and by user" },
  {
    columns: ["sessions", "round_details", "session_events", "tool_inputs"],
    lacks: "forks and links to helpers, compactions, hooks, lifetimes of cache writes, targets of calls",
  },
];
