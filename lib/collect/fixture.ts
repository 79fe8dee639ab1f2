/** Homes with small transcripts, for tests. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type CollectOptions, collect } from "./collect.ts";
import type { CollectReport } from "./report.ts";
import type { CollectedRow } from "./row.ts";

export type LogRecord = { readonly [key: string]: unknown };

export const PROJECT = "-home-user-project";

export function temporaryFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), "collect-test-"));
}

/** `2026-01-01T00:00:<seconds>`. */
export function at(seconds: number): string {
  return new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
}

/** A request and its response, with a tool call. */
export function claudeTurn(id: string, seconds: number, tokens = 10): LogRecord[] {
  return [
    { type: "user", timestamp: at(seconds), version: "2.1.0", message: { role: "user", content: `please do ${id}` } },
    {
      type: "assistant",
      timestamp: at(seconds + 1),
      version: "2.1.0",
      requestId: `req_${id}`,
      message: {
        id: `msg_${id}`,
        role: "assistant",
        model: "claude-opus-4-6",
        content: [{ type: "tool_use", id: `toolu_${id}`, name: "Bash", input: { command: "ls" } }],
        stop_reason: "tool_use",
        usage: { input_tokens: tokens, cache_creation_input_tokens: 20, cache_read_input_tokens: 30, output_tokens: 5 },
      },
    },
    {
      type: "user",
      timestamp: at(seconds + 2),
      version: "2.1.0",
      message: { role: "user", content: [{ type: "tool_result", tool_use_id: `toolu_${id}`, content: "a b c" }] },
    },
  ];
}

/** `source` is that of the session's header. */
export function codexHeader(id: string, seconds: number, source: unknown = "cli"): LogRecord {
  return {
    timestamp: at(seconds),
    type: "session_meta",
    payload: { id, timestamp: at(seconds), cwd: "/home/user/project", cli_version: "0.98.0", source },
  };
}

export function codexTurn(turnId: string, seconds: number, total: number): LogRecord[] {
  const usage = (tokens: number) => ({
    input_tokens: tokens,
    cached_input_tokens: 0,
    output_tokens: 5,
    reasoning_output_tokens: 0,
    total_tokens: tokens + 5,
  });
  return [
    { timestamp: at(seconds), type: "turn_context", payload: { turn_id: turnId, model: "gpt-5.5", cwd: "/home/user/project" } },
    { timestamp: at(seconds), type: "event_msg", payload: { type: "user_message", message: "hello" } },
    {
      timestamp: at(seconds + 1),
      type: "event_msg",
      payload: { type: "token_count", info: { total_token_usage: usage(total), last_token_usage: usage(100) } },
    },
  ];
}

export function jsonLines(records: readonly unknown[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join("");
}

/** A home, and shorthands to fill it and to collect it. */
export class Home {
  readonly root: string;
  readonly folder: string;
  readonly output: string;
  /** What was said by the last collection. */
  said: string[] = [];

  constructor(root = temporaryFolder()) {
    this.root = root;
    this.folder = path.join(root, "home");
    this.output = path.join(root, "rounds.jsonl");
    fs.mkdirSync(this.folder, { recursive: true });
  }

  /** Path of a Claude transcript. */
  claude(session: string, store = ".claude", project = PROJECT): string {
    return path.join(this.folder, store, "projects", project, `${session}.jsonl`);
  }

  codex(id: string): string {
    return path.join(this.folder, ".codex", "sessions", "2026", "01", "01", `rollout-2026-01-01T00-00-00-${id}.jsonl`);
  }

  write(file: string, content: string | Uint8Array | readonly LogRecord[]): void {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, bytesOf(content));
  }

  append(file: string, content: string | readonly LogRecord[]): void {
    fs.appendFileSync(file, bytesOf(content));
  }

  collect(options: Partial<CollectOptions> = {}): Promise<CollectReport> {
    this.said = [];
    return collect({
      homes: [this.folder],
      output: this.output,
      jobs: 1,
      resumedBytes: 0,
      say: (line) => void this.said.push(line),
      ...options,
    });
  }

  /** The bytes that a collection without state writes, and its companions. */
  async collectAfresh(options: Partial<CollectOptions> = {}): Promise<string[]> {
    const output = path.join(temporaryFolder(), "rounds.jsonl");
    try {
      await this.collect({ keyFile: path.join(`${this.output}.state`, "key"), ...options, output });
      return outputTexts(output);
    } finally {
      fs.rmSync(path.dirname(output), { recursive: true });
    }
  }

  rows(): CollectedRow[] {
    return parseLines<CollectedRow>(this.output);
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true, force: true });
  }
}

function bytesOf(content: string | Uint8Array | readonly LogRecord[]): string | Uint8Array {
  return typeof content === "string" || content instanceof Uint8Array ? content : jsonLines(content);
}

/** @typeParam T what the program wrote to the file */
export function parseLines<T = unknown>(file: string): T[] {
  return fs
    .readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** The trace and its companions. */
export function outputTexts(output: string): string[] {
  return [".jsonl", ".sessions.jsonl", ".details.jsonl", ".events.jsonl", ".inputs.jsonl"].map((extension) =>
    fs.readFileSync(output.replace(/\.jsonl$/, extension), "utf8"),
  );
}
