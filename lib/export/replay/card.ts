/** The card next to exported requests: what they are, how they are used, and what is not among them. */
import { type MarkdownTable, markdownTable, markdownText } from "../../format/markdown.ts";
import { grouped, percent } from "../../format/numbers.ts";
import type { ReplayFormat } from "../formats.ts";
import { type LeftOut, modelName } from "./requests.ts";
import type { Tally } from "./tally.ts";

export interface DescribedFile {
  /** Relative, with `/`. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Card {
  readonly format: ReplayFormat;
  readonly blockSize: number;
  readonly license: string;
  readonly fingerprint: string;
  readonly accounting: string;
  readonly model?: string | undefined;
  readonly sinceMs?: number | undefined;
  readonly sample?: number | undefined;
  readonly seed: number;
  readonly tally: Tally;
  readonly leftOut: LeftOut;
  readonly files: readonly DescribedFile[];
}

const REASONS: Readonly<Record<string, string>> = {
  no_session: "without a session",
  repeated: "history of another session that a session repeats",
  no_time: "without times",
  no_tokens: "without token counts",
  negative_tokens: "with negative token counts",
  no_input: "without input",
  oversized: "with more than 10,000,000 tokens of input",
  no_output: "without output: a server can't be asked for 0 tokens",
  other_model: "of other models",
  before_since: "of conversations that began before the date asked for",
  not_sampled: "of conversations outside the sample",
};

/** Markdown. */
export function cardText(card: Card): string {
  return `${[
    "# Requests of coding agents, for replay",
    `Token counts, times and shared prefixes of requests that coding agents sent to model servers, as \`${card.format}\`. Nothing that was said is in the files, and sessions have pseudonyms.`,
    countsText(card),
    `License of the data: ${markdownText(card.license)}`,
    "## How to replay them",
    USES[card.format](card),
    "## What the numbers mean",
    meaningText(card),
    "## What was left out",
    leftOutText(card.leftOut),
    "## Checksums",
    checksumsText(card.files),
  ].join("\n\n")}\n`;
}

function countsText({ tally, blockSize, fingerprint, accounting, ...choice }: Card): string {
  const blockTokens = (blocks: number) => `${grouped(blocks * blockSize)} (${share(blocks * blockSize, tally.inputTokens)})`;
  return table("of this export", "value", [
    ["requests", grouped(tally.requests)],
    ["conversations", grouped(tally.conversations)],
    ["sessions, with helpers and forks", grouped(tally.sessions)],
    ["input tokens", grouped(tally.inputTokens)],
    ["of these from a cache, as recorded", `${grouped(tally.prefixTokens)} (${share(tally.prefixTokens, tally.inputTokens)})`],
    ["of these in blocks of an earlier request", blockTokens(tally.sharedBlocks)],
    ["recorded as cached, but in no earlier request", blockTokens(tally.missingBlocks)],
    ["output tokens", grouped(tally.outputTokens)],
    ["outputs that were logged before they were complete", grouped(tally.unfinishedOutputs)],
    ["tokens per block", grouped(blockSize)],
    ["chosen", choiceText(choice)],
    ["pool", `${fingerprint}, reading: ${accounting}`],
  ]);
}

function choiceText({ model, sinceMs, sample, seed }: Pick<Card, "model" | "sinceMs" | "sample" | "seed">): string {
  const parts = [
    model === undefined ? [] : `model ${modelName(model)}`,
    sinceMs === undefined ? [] : `conversations since ${new Date(sinceMs).toISOString()}`,
    sample === undefined ? [] : `a sample of ${sample} conversations with seed ${seed}, by provider, length and cache share`,
  ].flat();
  return parts.length === 0 ? "everything" : parts.join("; ");
}

const USES: Readonly<Record<ReplayFormat, (card: Card) => string>> = {
  mooncake: ({ blockSize }) =>
    codeText(
      "aiperf profile --model NAME --url http://127.0.0.1:8000 --endpoint-type chat --streaming",
      `  --custom-dataset-type mooncake_trace --input-file trace.jsonl --isl-block-size ${blockSize} --fixed-schedule`,
    ),
  aiperf: ({ tally: { conversations } }) =>
    codeText(
      "aiperf profile --model NAME --url http://127.0.0.1:8000 --endpoint-type chat --streaming",
      `  --custom-dataset-type weka_trace --input-file traces --num-conversations ${conversations} --concurrency ${Math.min(8, conversations)}`,
    ),
  "inference-perf": () =>
    `${codeText("inference-perf --config_file config.yml")}\n\n\`config.yml\` names a model, a server and a tokenizer. Put in yours.`,
};

function codeText(...lines: readonly string[]): string {
  return `    ${lines.join(" \\\n    ")}`;
}

const CONVERSATION =
  "A file is a conversation. `t` is seconds since it began, `api_time` how long the answer took, `think_time` the wait for tools or a person before the request. A `subagent` is a session of its own that another started: `sub-agent` (a helper), `fork` or `resume`.";

const TIMES: Readonly<Record<ReplayFormat, string>> = {
  mooncake:
    "`timestamp` is milliseconds since the first request. Helpers and forks are requests like all others, at the times when they were sent.",
  aiperf: CONVERSATION,
  "inference-perf": CONVERSATION,
};

const SCOPES: Readonly<Record<ReplayFormat, string>> = {
  mooncake: "the whole file",
  aiperf: "one file, so what the first request of a conversation found in a cache is new here",
  "inference-perf": "one file, so what the first request of a conversation found in a cache is new here",
};

function meaningText({ format, blockSize, tally }: Card): string {
  return [
    TIMES[format],
    `Equal ids of blocks stand for equal text of ${blockSize} tokens, in ${SCOPES[format]}. A trace says how much of an input came from a cache, not whose text it was: the first \`cached tokens // ${blockSize}\` blocks are those of the request before, else of an earlier one that has as many: of the session, of the session that it continues, or of one that began alike (provider, model, helper or not). All others are new.`,
    `A cache that forgets nothing serves ${share(tally.sharedBlocks * blockSize, tally.inputTokens)} of the input. Changes of the model don't separate caches: what a request found is as recorded.`,
  ].join("\n\n");
}

function leftOutText(leftOut: LeftOut): string {
  const rows = Object.entries(leftOut).map(([reason, steps]) => [REASONS[reason] ?? reason, grouped(steps)]);
  return rows.length === 0 ? "Nothing: every step of the pool is a request here." : table("steps", "count", rows);
}

function checksumsText(files: readonly DescribedFile[]): string {
  if (files.length > MOST_LISTED) return `SHA-256 and bytes of all ${grouped(files.length)} files are in \`manifest.json\`.`;
  return markdownTable({
    header: ["file", "bytes", "SHA-256"],
    rows: files.map(({ file, bytes, sha256 }) => [file, grouped(bytes), sha256]),
  });
}

const MOST_LISTED = 20;

function table(left: string, right: string, rows: MarkdownTable["rows"]): string {
  return markdownTable({ header: [left, right], rows });
}

function share(part: number, whole: number): string {
  return percent(part / whole, 1);
}

/** For inference-perf; a server and a model have to be filled in. */
export function configText(blockSize: number): string {
  return `load:
  type: trace_session_replay
  stages:
    - concurrent_sessions: 8
api:
  type: chat
  streaming: true
server:
  type: vllm
  model_name: NAME
  base_url: http://127.0.0.1:8000
tokenizer:
  pretrained_model_name_or_path: NAME
data:
  type: weka_trace_replay
  weka_trace_replay:
    trace_directory: traces
    default_block_size: ${blockSize}
    use_static_model: true
    static_model_name: NAME
report:
  request_lifecycle:
    summary: true
    per_stage: true
`;
}
