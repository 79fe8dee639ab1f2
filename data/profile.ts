/**
 * What the made-up sessions are shaped by: shares, quantiles and rates that make the pool resemble the published one.
 * README.md of this folder compares the outcome with the published numbers. Durations in seconds unless a name says otherwise.
 */
import type { Quantiles, Weights } from "./distribution.ts";
import type { Provider } from "./row.ts";

/** Part of all agent steps. */
export const PROVIDER_SHARES: Readonly<Record<Provider, number>> = { claude: 0.393, codex: 0.607 };

export interface ModelProfile {
  readonly name: string;
  /** Part of the provider's agent steps. */
  readonly share: number;
  readonly contextWindow: number;
  /** How often the previous output is found in the cached prefix; otherwise it is sent again with the append. */
  readonly outputInPrefix: number;
  /** First and last day on which sessions start. */
  readonly from: string;
  readonly until: string;
}

export const HAIKU: ModelProfile = {
  name: "claude-haiku-4-5-20251001",
  share: 0.03,
  contextWindow: 200_000,
  outputInPrefix: 0,
  from: "2025-10-16",
  until: "2026-06-01",
};

export const MODELS: Readonly<Record<Provider, readonly ModelProfile[]>> = {
  claude: [
    { name: "claude-opus-4-7", share: 0.66, contextWindow: 1_000_000, outputInPrefix: 0, from: "2026-04-16", until: "2026-06-01" },
    { name: "claude-opus-4-6", share: 0.17, contextWindow: 200_000, outputInPrefix: 0, from: "2026-02-05", until: "2026-04-20" },
    { name: "claude-sonnet-4-6", share: 0.11, contextWindow: 200_000, outputInPrefix: 0, from: "2026-02-17", until: "2026-06-01" },
    { name: "claude-sonnet-4-5-20250929", share: 0.03, contextWindow: 200_000, outputInPrefix: 0, from: "2025-10-03", until: "2026-02-10" },
    HAIKU,
  ],
  codex: [
    { name: "gpt-5.5", share: 0.44, contextWindow: 258_400, outputInPrefix: 0.005, from: "2026-04-24", until: "2026-06-01" },
    { name: "gpt-5.4", share: 0.4, contextWindow: 258_400, outputInPrefix: 0.98, from: "2026-03-06", until: "2026-05-10" },
    { name: "gpt-5.3-codex", share: 0.09, contextWindow: 258_400, outputInPrefix: 0.5, from: "2026-02-06", until: "2026-03-20" },
    { name: "gpt-5.2-codex", share: 0.055, contextWindow: 258_400, outputInPrefix: 0.3, from: "2025-09-23", until: "2026-02-10" },
    // Has no price, so that costs must say what they leave out.
    { name: "codex-auto-review", share: 0.015, contextWindow: 258_400, outputInPrefix: 0.5, from: "2026-04-24", until: "2026-06-01" },
  ],
};

/** Users by number, with the providers they use. */
export const USERS: Readonly<Record<Provider, readonly number[]>> = {
  claude: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  codex: [2, 4, 6, 8, 10, 11, 12],
};
export const PROJECTS_PER_USER = 3;

/** Relative number of sessions that start in each hour (UTC). */
export const HOUR_WEIGHTS = [3, 2, 1, 1, 1, 1, 2, 4, 8, 11, 12, 10, 8, 11, 13, 13, 12, 10, 8, 7, 7, 6, 5, 4] as const;
/** Part of the sessions drawn for a weekend that are moved to another day. */
export const WEEKEND_MOVED = 0.6;

/** Agent steps of a session. The largest are cut at 900, so that a pool of 5,000 steps still has dozens of sessions. */
export const SESSION_STEPS: Readonly<Record<Provider, Quantiles>> = {
  claude: { 0: 1, 0.25: 5, 0.5: 15, 0.9: 150, 0.98: 560, 1: 900 },
  codex: { 0: 1, 0.25: 7, 0.5: 24, 0.9: 220, 0.98: 620, 1: 900 },
};
export const SUBAGENT_STEPS: Quantiles = { 0: 1, 0.5: 8, 0.9: 28, 1: 60 };
/** Part of the sessions of at most 60 steps, and of longer ones, that serve a single request. */
export const SINGLE_REQUEST = { short: 0.66, long: 0.04 } as const;
export const SHORT_SESSION_STEPS = 60;

/** Agent steps of a request in a session of several. */
export const REQUEST_STEPS: Readonly<Record<Provider, Quantiles>> = {
  claude: { 0: 1, 0.41: 1.2, 0.53: 2, 0.77: 6, 0.9: 16, 0.99: 60, 1: 200 },
  codex: { 0: 1, 0.36: 1.2, 0.47: 2, 0.71: 9, 0.9: 30, 0.99: 115, 1: 300 },
};

/** Sessions that are written to the pool side by side. */
export const COMPANIONS: Weights = { 0: 75, 1: 20, 2: 5 };
export const COMPANION_START_S = 1800;

/** Time from the agent's last sign of life to the next user message. */
export const HUMAN_WAIT_S: Readonly<Record<Provider, Quantiles>> = {
  claude: { 0: 2, 0.15: 20, 0.5: 100, 0.77: 300, 0.89: 1100, 0.96: 3600, 0.989: 47_000, 0.999: 230_000, 1: 1_100_000 },
  codex: { 0: 2, 0.15: 20, 0.5: 108, 0.69: 300, 0.9: 1500, 0.949: 3600, 0.988: 52_000, 0.999: 260_000, 1: 1_200_000 },
};

export interface TokenProfile {
  /** Total input of a session's first step. */
  readonly firstInput: Quantiles;
  /** System prompt and tool definitions, which other sessions keep in the cache. */
  readonly sharedPrefix: readonly [low: number, high: number];
  /** How often the shared prefix is found in the cache when nothing else is. */
  readonly sharedPrefixCached: number;
  readonly userMessageTokens: Quantiles;
  readonly toolResultTokens: Quantiles;
  /** Output of a step that calls tools, and of one that ends a request. */
  readonly outputTokens: Quantiles;
  readonly finalOutputTokens: Quantiles;
  /** What a compaction leaves besides the shared prefix. */
  readonly summaryTokens: readonly [low: number, high: number];
  /** Part of the context window at which the agent compacts by itself. */
  readonly compactAt: readonly [low: number, high: number];
  /** Chance that the user compacts with a message when the context is beyond 60 % of that. */
  readonly compactByUser: number;
  /** Chance of a miss by what went before and how long: user message and tool result within 5 minutes; anything within an hour, later. */
  readonly miss: { readonly user: number; readonly tool: number; readonly fiveMinutes: number; readonly hour: number };
  /** Chance that the client drops a little of the context on a tool-triggered step. */
  readonly trim: number;
}

export const TOKENS: Readonly<Record<Provider, TokenProfile>> = {
  claude: {
    firstInput: { 0: 17_000, 0.5: 34_000, 0.9: 55_000, 1: 120_000 },
    sharedPrefix: [11_000, 15_500],
    sharedPrefixCached: 0.72,
    userMessageTokens: { 0: 15, 0.5: 260, 0.9: 1900, 1: 12_000 },
    toolResultTokens: { 0: 15, 0.25: 65, 0.5: 205, 0.9: 1900, 0.99: 8500, 1: 22_000 },
    outputTokens: { 0: 4, 0.25: 125, 0.5: 235, 0.9: 1500, 0.95: 2600, 0.99: 6200, 1: 12_000 },
    finalOutputTokens: { 0: 8, 0.25: 180, 0.5: 480, 0.9: 2200, 0.99: 7500, 1: 14_000 },
    summaryTokens: [6_000, 18_000],
    compactAt: [0.8, 0.93],
    compactByUser: 0.03,
    miss: { user: 0.01, tool: 0.006, fiveMinutes: 0.45, hour: 0.97 },
    trim: 0.0015,
  },
  codex: {
    firstInput: { 0: 9_000, 0.5: 27_000, 0.9: 55_000, 1: 110_000 },
    sharedPrefix: [3_000, 7_500],
    sharedPrefixCached: 0.75,
    userMessageTokens: { 0: 15, 0.5: 80, 0.9: 2800, 1: 20_000 },
    toolResultTokens: { 0: 10, 0.25: 50, 0.5: 145, 0.9: 2000, 0.99: 8500, 1: 20_000 },
    // The published tail is a little thinner; this one leaves enough long outputs to see what becomes of them.
    outputTokens: { 0: 5, 0.25: 66, 0.5: 170, 0.9: 860, 0.95: 1900, 0.99: 4200, 1: 8_000 },
    finalOutputTokens: { 0: 15, 0.25: 150, 0.5: 380, 0.9: 1400, 0.99: 4500, 1: 8_000 },
    summaryTokens: [30_000, 65_000],
    compactAt: [0.86, 0.95],
    compactByUser: 0.01,
    miss: { user: 0.025, tool: 0.009, fiveMinutes: 0.6, hour: 0.97 },
    trim: 0.01,
  },
};
/** The cache grows in blocks of this size. */
export const CODEX_CACHE_BLOCK_TOKENS = 128;
/** How far the cached prefix stays behind the previous input, before rounding down to a block. */
export const CODEX_CACHE_LAG_TOKENS: Quantiles = { 0: 1, 0.5: 130, 0.9: 360, 1: 3000 };
/** Chance that a user message makes the client drop the reasoning of the request before. */
export const CODEX_REASONING_DROPPED = 0.97;
/** Part of the misses that keep some of the session's own prefix. */
export const PARTIAL_MISS = 0.25;
/** Chance that a side question with a small context interrupts a session. */
export const SIDE_QUESTION = 0.0002;

/** Chance that an output has reasoning, and its part of the output tokens where that is known. */
export const REASONING: Readonly<Record<Provider, { readonly chance: number; readonly part: readonly [low: number, high: number] }>> = {
  claude: { chance: 0.4, part: [0.2, 0.7] },
  codex: { chance: 0.68, part: [0.35, 0.85] },
};

/** How often a text comes before calls. */
export const TEXT_BEFORE_CALLS = 0.35;

export interface SpeedProfile {
  readonly firstTokenS: Quantiles;
  /** Seconds per token of append and of prefix before the first token. */
  readonly perAppendToken: number;
  readonly perPrefixToken: number;
  /** Output tokens per second with an empty context, and how much of that is lost per million tokens of input. */
  readonly tokensPerS: Quantiles;
  readonly slowdownPerMillion: number;
}

export const SPEED: Readonly<Record<Provider, SpeedProfile>> = {
  claude: {
    firstTokenS: { 0: 0.25, 0.5: 0.65, 0.9: 2.5, 0.985: 15, 1: 120 },
    perAppendToken: 1 / 30_000,
    perPrefixToken: 1 / 2_000_000,
    tokensPerS: { 0: 14, 0.1: 42, 0.5: 86, 0.9: 115, 1: 170 },
    slowdownPerMillion: 0.25,
  },
  codex: {
    firstTokenS: { 0: 0.4, 0.5: 1.2, 0.9: 3.2, 0.99: 16, 1: 60 },
    perAppendToken: 1 / 25_000,
    perPrefixToken: 1 / 130_000,
    tokensPerS: { 0: 28, 0.1: 56, 0.5: 80, 0.9: 108, 1: 150 },
    slowdownPerMillion: 1.4,
  },
};

/** Calls of a step that calls tools at all. */
export const CALLS_PER_STEP: Readonly<Record<Provider, Weights>> = {
  claude: { 1: 88, 2: 8, 3: 2.5, 4: 1, 6: 0.5 },
  codex: { 1: 72, 2: 16, 3: 7, 4: 3.5, 6: 1.2, 8: 0.3 },
};

/** How a call's time is reported: between the records only, or also by the runner (which then takes a little less). */
export interface ToolProfile {
  readonly name: string;
  /** Relative number of calls. */
  readonly weight: number;
  /** Time of the runner where it reports one, else time between call and result. */
  readonly seconds: Quantiles;
  /** The same in a slow request, such as one that builds and tests. */
  readonly slowSeconds?: Quantiles;
  /** Part of the calls with a reported time. */
  readonly reported: number;
  /** Part of the reported times that print as 0.0000 seconds. */
  readonly zero?: number;
  /** Time between call and result that the runner does not report. */
  readonly overheadS?: Quantiles;
  readonly errors: number;
  /** Starts a session of its own and, unless in the background, ends with it. */
  readonly subagent?: boolean;
}

const FILE_S: Quantiles = { 0: 0.004, 0.5: 0.036, 0.9: 0.15, 0.99: 1.5, 1: 60 };
const QUICK_S: Quantiles = { 0: 0.003, 0.5: 0.02, 0.9: 0.09, 1: 2 };
const REMOTE_S: Quantiles = { 0: 0.2, 0.5: 3, 0.9: 20, 1: 240 };
const HUMAN_S: Quantiles = { 0: 3, 0.5: 75, 0.9: 1500, 0.98: 7200, 1: 30_000 };
const SHELL_OVERHEAD_S: Quantiles = { 0: 0.05, 0.5: 0.16, 0.9: 0.24, 0.99: 8.6, 1: 300 };
const POLL_OVERHEAD_S: Quantiles = { 0: 0.001, 0.5: 0.01, 0.9: 0.1, 0.99: 14.9, 1: 60 };

export const TOOLS: Readonly<Record<Provider, readonly ToolProfile[]>> = {
  claude: [
    {
      name: "Bash",
      weight: 47,
      seconds: { 0: 0.015, 0.5: 0.38, 0.8: 3.5, 0.97: 25, 0.99: 90, 1: 1500 },
      slowSeconds: { 0: 0.03, 0.2: 1.5, 0.42: 60, 0.9: 600, 0.97: 2000, 1: 7200 },
      reported: 0,
      errors: 0.07,
    },
    { name: "Read", weight: 22.6, seconds: FILE_S, reported: 0, errors: 0.02 },
    { name: "Edit", weight: 12.8, seconds: { 0: 0.02, 0.5: 0.095, 0.9: 0.6, 0.98: 20, 1: 900 }, reported: 0, errors: 0.04 },
    { name: "Grep", weight: 4.2, seconds: FILE_S, reported: 0.9, errors: 0.02 },
    { name: "Write", weight: 3, seconds: { 0: 0.02, 0.5: 0.11, 0.9: 1, 0.98: 30, 1: 900 }, reported: 0, errors: 0.03 },
    { name: "TodoWrite", weight: 2.2, seconds: QUICK_S, reported: 0, errors: 0 },
    { name: "Glob", weight: 1.6, seconds: FILE_S, reported: 0.9, errors: 0.01 },
    { name: "TaskUpdate", weight: 1.1, seconds: QUICK_S, reported: 0, errors: 0 },
    { name: "Task", weight: 0.45, seconds: { 0: 20, 1: 900 }, reported: 0.8, errors: 0.02, subagent: true },
    { name: "Agent", weight: 0.3, seconds: { 0: 20, 1: 900 }, reported: 0.8, errors: 0.02, subagent: true },
    { name: "WebFetch", weight: 0.7, seconds: REMOTE_S, reported: 0.9, errors: 0.08 },
    { name: "mcp__browser__navigate", weight: 0.6, seconds: REMOTE_S, reported: 0, errors: 0.06 },
    { name: "AskUserQuestion", weight: 0.55, seconds: HUMAN_S, reported: 0, errors: 0.14 },
    { name: "ToolSearch", weight: 0.5, seconds: QUICK_S, reported: 0, errors: 0 },
    { name: "WebSearch", weight: 0.5, seconds: REMOTE_S, reported: 0.9, errors: 0.02 },
    { name: "mcp__issues__list", weight: 0.4, seconds: REMOTE_S, reported: 0, errors: 0.05 },
    { name: "Skill", weight: 0.3, seconds: QUICK_S, reported: 0, errors: 0.02 },
    { name: "ExitPlanMode", weight: 0.25, seconds: HUMAN_S, reported: 0, errors: 0.25 },
    { name: "TaskOutput", weight: 0.2, seconds: { 0: 0.01, 0.5: 8, 1: 600 }, reported: 0, errors: 0.03 },
    { name: "NotebookEdit", weight: 0.1, seconds: FILE_S, reported: 0, errors: 0.05 },
    { name: "KillShell", weight: 0.1, seconds: QUICK_S, reported: 0, errors: 0.1 },
  ],
  codex: [
    {
      name: "exec_command",
      weight: 64.5,
      seconds: { 0: 0.0005, 0.3: 0.12, 0.55: 0.65, 0.9: 1.05, 0.98: 5, 1: 30 },
      reported: 0.985,
      zero: 0.25,
      overheadS: SHELL_OVERHEAD_S,
      errors: 0.08,
    },
    {
      name: "write_stdin",
      weight: 21.7,
      seconds: { 0: 0.1, 0.2: 1, 0.5: 5, 0.85: 13, 0.96: 50, 1: 120 },
      slowSeconds: { 0: 0.5, 0.15: 8, 0.35: 60, 0.9: 120, 1: 300 },
      reported: 0.97,
      overheadS: POLL_OVERHEAD_S,
      errors: 0.02,
    },
    { name: "apply_patch", weight: 8.3, seconds: { 0: 0.01, 0.5: 0.05, 0.9: 0.4, 1: 20 }, reported: 0.1, overheadS: QUICK_S, errors: 0.03 },
    {
      name: "shell_command",
      weight: 2.1,
      seconds: { 0: 0.02, 0.5: 0.4, 0.9: 4, 1: 120 },
      reported: 0.97,
      zero: 0.1,
      overheadS: SHELL_OVERHEAD_S,
      errors: 0.08,
    },
    { name: "update_plan", weight: 1, seconds: QUICK_S, reported: 0, errors: 0 },
    { name: "shell", weight: 0.6, seconds: { 0: 0.01, 0.5: 0.2, 0.9: 3, 1: 120 }, reported: 0, errors: 0.08 },
    { name: "view_image", weight: 0.4, seconds: QUICK_S, reported: 0, errors: 0.02 },
    { name: "wait_agent", weight: 0.35, seconds: { 0: 5, 0.5: 60, 0.9: 300, 1: 900 }, reported: 0, errors: 0 },
    { name: "spawn_agent", weight: 0.3, seconds: QUICK_S, reported: 0, errors: 0.02 },
    { name: "mcp__docs__search", weight: 0.3, seconds: REMOTE_S, reported: 0, errors: 0.04 },
    { name: "close_agent", weight: 0.2, seconds: QUICK_S, reported: 0, errors: 0 },
    { name: "request_user_input", weight: 0.08, seconds: HUMAN_S, reported: 0, errors: 0 },
    { name: "send_input", weight: 0.1, seconds: QUICK_S, reported: 0, errors: 0 },
  ],
};
/** Part of the requests that are slow. */
export const SLOW_REQUEST = 0.12;
/** Sub-agents that one step starts together. */
export const SUBAGENTS_PER_STEP: Weights = { 1: 60, 2: 20, 3: 15, 4: 5 };
export const SUBAGENT_BACKGROUND = 0.3;
export const SUBAGENT_HAIKU = 0.3;

/** Chances of what disturbs the plain order of things. */
export const QUIRKS = {
  /** A failed call is tried again as it was. */
  retry: 0.5,
  /** A request ends with a call that is never answered. */
  interrupted: 0.025,
  /** A user message arrives together with tool results. */
  steering: 0.006,
  /** A second user message follows the first within seconds (Claude). */
  secondMessage: 0.03,
  /** A usage report before any output takes the user message away from the step that answers it (Codex). */
  messageOnlyRound: { first: 0.15, later: 0.004 },
  /** The results come before the usage report and so belong to the step of their calls (Codex). */
  resultInSameRound: 0.03,
  /** A step is not cached at all (Claude). */
  uncached: 0.02,
  /** A call's errors are not known (Codex). */
  errorUnknown: 0.15,
} as const;

export const INPUT_CHARS: Quantiles = { 0: 12, 0.5: 140, 0.9: 900, 1: 20_000 };
export const CHARS_PER_TOKEN = 3.6;
