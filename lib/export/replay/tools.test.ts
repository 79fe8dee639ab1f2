/**
 * Exports are loaded and sent by the tools that they are for, to a server on loopback. `AIPERF` and `INFERENCE_PERF` name the programs:
 * `pip install aiperf==0.13.0`, and with Python 3.12 or newer `pip install inference-perf==0.7.0`.
 */
import { execFile } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildDatabase } from "../../db/build/build.ts";
import { at, known } from "../../stats/known.ts";
import { exportReplay } from "./replay.ts";
import { step } from "./steps-fixture.ts";

const { AIPERF, INFERENCE_PERF } = process.env;
if (AIPERF === undefined) console.warn("SKIPPED: aiperf doesn't load exports, because AIPERF doesn't name the program.");
if (INFERENCE_PERF === undefined)
  console.warn("SKIPPED: inference-perf doesn't load exports, because INFERENCE_PERF doesn't name the program.");

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "replay-tools-")));
const tokenizer = path.join(root, "tokenizer");
const prompts: string[] = [];
const server = http.createServer((request, response) => void answer(request, response));
let url = "";

async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  if (request.method !== "POST") return void response.end();
  const { model, messages }: { model: string; messages: { content: string }[] } = JSON.parse(await text(request));
  // aiperf begins each block with one special token.
  prompts.push(messages.map(({ content }) => content.replaceAll("<s>", "^")).join(""));
  const chunk = { id: "1", object: "chat.completion.chunk", created: 1, model };
  const events = [
    { ...chunk, choices: [{ index: 0, delta: { role: "assistant", content: "a" }, finish_reason: null }] },
    { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    { ...chunk, choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } },
  ];
  response.setHeader("content-type", "text/event-stream");
  for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.end("data: [DONE]\n\n");
}

/** Every byte is a token. */
function writeTokenizer(): void {
  const printable = [...range(33, 126), ...range(161, 172), ...range(174, 255)];
  const others = range(0, 255).filter((byte) => !printable.includes(byte));
  const letters = [...printable, ...others.map((_, index) => 256 + index)].map((code) => String.fromCodePoint(code));
  const vocab = Object.fromEntries(["<s>", "</s>", ...letters].map((letter, id) => [letter, id]));
  const special = (id: number, content: string) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  const file = {
    version: "1.0",
    added_tokens: [special(0, "<s>"), special(1, "</s>")],
    pre_tokenizer: byteLevel,
    decoder: byteLevel,
    model: { type: "BPE", vocab, merges: [] },
  };
  fs.mkdirSync(tokenizer);
  fs.writeFileSync(path.join(tokenizer, "tokenizer.json"), JSON.stringify(file));
  const config = { tokenizer_class: "PreTrainedTokenizerFast", bos_token: "<s>", eos_token: "</s>" };
  fs.writeFileSync(path.join(tokenizer, "tokenizer_config.json"), JSON.stringify(config));
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

beforeAll(async () => {
  writeTokenizer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address === "object") url = `http://127.0.0.1:${known(address).port}`;
});
afterAll(() => {
  server.close();
  fs.rmSync(root, { recursive: true });
});

const BLOCK = 64;
const STEPS = [step("p", 0, 0, 3000), step("p", 2, 3000, 1000), step("p/subagents/h", 3, 0, 2000), step("p", 4, 4000, 64)];

async function exported(format: "mooncake" | "aiperf" | "inference-perf"): Promise<string> {
  const trace = path.join(root, "trace.jsonl");
  fs.writeFileSync(trace, STEPS.map((line) => `${JSON.stringify(line)}\n`).join(""));
  const { db } = await buildDatabase({ inputs: [trace], db: path.join(root, "pool.duckdb"), threads: 2 });
  const out = path.join(root, format);
  await exportReplay({ db, out, format, blockSize: BLOCK, license: "unknown", seed: 0 });
  return out;
}

async function runTool(program: string | undefined, ...words: string[]): Promise<void> {
  prompts.length = 0;
  await promisify(execFile)(known(program), words, { cwd: root, timeout: 200_000, maxBuffer: 1 << 26 });
}

const AIPERF_WORDS = ["--model", "m", "--tokenizer", tokenizer, "--endpoint-type", "chat", "--streaming", "--ui", "none"];

const aiperf = (...words: string[]) =>
  runTool(AIPERF, "profile", ...AIPERF_WORDS, "--url", url, "--output-artifact-dir", path.join(root, "artifacts"), ...words);

function commonLength(a: string, b: string): number {
  const end = [...a].findIndex((letter, index) => letter !== b[index]);
  return end < 0 ? a.length : end;
}

/** Prompts of the main session grow by what its requests added; that of the helper begins otherwise. */
function expectShared(): void {
  expect(prompts).toHaveLength(STEPS.length);
  const [helper = "", ...main] = prompts.toSorted((a, b) => a.length - b.length);
  const shared = main.slice(1).map((prompt, index) => commonLength(at(main, index), prompt));
  for (const [index, prefix] of [3000, 4000].entries()) expect(Math.abs(at(shared, index) - prefix)).toBeLessThanOrEqual(2 * BLOCK);
  expect(commonLength(helper, at(main, 0))).toBeLessThan(BLOCK);
}

interface AiperfRecord {
  readonly metadata: {
    readonly conversation_id: string;
    readonly turn_index: number;
    readonly request_start_ns: number;
    readonly request_end_ns: number;
  };
}

/** Seconds between an answer and the next request of the same session, as aiperf recorded them. */
function keptWaits(): number[] {
  const lines = fs
    .readFileSync(path.join(root, "artifacts", "profile_export.jsonl"), "utf8")
    .trimEnd()
    .split("\n");
  const records = lines.map((line): AiperfRecord => JSON.parse(line)).map(({ metadata }) => metadata);
  return records.flatMap(({ conversation_id, turn_index, request_start_ns }) => {
    const before = records.find((record) => record.conversation_id === conversation_id && record.turn_index === turn_index - 1);
    return before ? [(request_start_ns - before.request_end_ns) / 1e9] : [];
  });
}

it.skipIf(AIPERF === undefined)("aiperf sends lines of Mooncake", { timeout: 250_000 }, async () => {
  const folder = await exported("mooncake");
  const words = ["--custom-dataset-type", "mooncake_trace", "--isl-block-size", String(BLOCK), "--fixed-schedule"];
  await aiperf(...words, "--input-file", path.join(folder, "trace.jsonl"));
  expect(prompts.map(({ length }) => length)).toEqual([3000, 4000, 2000, 4064]);
  expectShared();
});

it.skipIf(AIPERF === undefined)("aiperf sends conversations", { timeout: 250_000 }, async () => {
  const folder = await exported("aiperf");
  const words = ["--custom-dataset-type", "weka_trace", "--num-conversations", "1", "--concurrency", "1"];
  await aiperf(...words, "--input-file", path.join(folder, "traces"));
  expectShared();
  // Both recorded waits are a second. In the second one the helper works, so aiperf waits for its answer instead.
  const [first = 0, second = 1] = keptWaits();
  expect(Math.abs(first - 1)).toBeLessThan(0.5);
  expect(second).toBeLessThan(0.5);
});

it.skipIf(INFERENCE_PERF === undefined)("inference-perf sends conversations", { timeout: 250_000 }, async () => {
  const folder = await exported("inference-perf");
  const config = path.join(folder, "config.yml");
  const given = fs
    .readFileSync(config, "utf8")
    .replace("http://127.0.0.1:8000", url)
    .replace("path: NAME", `path: ${tokenizer}`)
    .replace("trace_directory: traces", `trace_directory: ${path.join(folder, "traces")}`);
  fs.writeFileSync(config, given);
  await runTool(INFERENCE_PERF, "--config_file", config);
  expectShared();
});
