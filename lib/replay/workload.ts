/** The requests of a replay: sessions whose requests follow each other, read from the files that replay tools share. */
import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { messageOf, UserError } from "../files/errors.ts";
import { readLines } from "../files/lines.ts";
import { groupBy } from "../stats/group-by.ts";
import { at } from "../stats/known.ts";

/** One request. Lengths are tokens. */
export interface Turn {
  /** Milliseconds after the end of the request before it; null for the first of a session. */
  readonly delayMs: number | null;
  /** Not before so many milliseconds after the start of the conversation; null where only the delay counts. */
  readonly atMs: number | null;
  readonly input: number;
  readonly output: number;
  /** A name for each block of the input. Equal names are equal text. */
  readonly blocks: readonly string[];
  /** What the recorded request took, where the file says so. */
  readonly recordedMs: number | null;
  /** It brings the results of tools, not words of a person. */
  readonly bringsResults: boolean;
}

export interface Session {
  readonly id: string;
  readonly turns: readonly Turn[];
}

/** Sessions that start relative to each other: a main session and its helpers. */
export interface Conversation {
  /** Milliseconds after the earliest conversation. */
  readonly startMs: number;
  readonly sessions: readonly Session[];
}

export interface Workload {
  /** In the order of their starts. */
  readonly conversations: readonly Conversation[];
  readonly requests: number;
  /** Tokens. */
  readonly blockSize: number;
  /** The file has more requests than were asked for. */
  readonly isCut: boolean;
}

export interface WorkloadOptions {
  /** At most so many requests, the first of the file. */
  readonly most: number;
  /** Tokens of a block; found out from the file if not given. */
  readonly blockSize?: number;
}

const MOST_TOKENS = 10_000_000;
const USUAL_BLOCK_SIZE = 64;
const tokens = z.int().min(1).max(MOST_TOKENS);
const time = z.number().min(0);
const ids = z.array(z.union([z.int(), z.string()]));

/** A row of a Mooncake trace, or a turn of a session as aiperf's `mooncake_trace` has it. Times are milliseconds. */
const Row = z.object({
  session_id: z.union([z.string(), z.number()]).optional(),
  timestamp: time.optional(),
  delay: time.optional(),
  input_length: tokens,
  output_length: tokens,
  hash_ids: ids.optional(),
});
type Row = z.infer<typeof Row>;

/** A request of kv-cache-tester's traces (aiperf's `weka_trace`). Times are seconds; blocks that are not full have no id. */
const Call = z.object({
  t: time,
  type: z.enum(["n", "s"]),
  in: tokens,
  out: z.int().min(0).max(MOST_TOKENS),
  hash_ids: ids.default([]),
  input_types: z.array(z.string()).default([]),
  stop: z.string().default(""),
  api_time: z.number().nullish(),
});
type Call = z.infer<typeof Call>;
const Helper = z.object({ t: time, type: z.literal("subagent"), agent_id: z.string(), requests: z.array(Call) });
const Recorded = z.object({ id: z.string(), block_size: z.int().min(1), requests: z.array(z.discriminatedUnion("type", [Call, Helper])) });
type Recorded = z.infer<typeof Recorded>;

/**
 * @param place a file of JSON lines; a folder with one, `trace.jsonl`; a conversation as `.json`; or a folder of conversations, also below `traces`
 * @throws UserError for a file that can't be read or says nothing to replay
 */
export async function readWorkload(place: string, options: WorkloadOptions): Promise<Workload> {
  // A folder that export --format mooncake wrote has its lines in there.
  const lines = path.join(place, "trace.jsonl");
  const file = fs.existsSync(lines) ? lines : place;
  const files = conversationFiles(file);
  const workload = files === null ? await rowsWorkload(file, options) : conversationsWorkload(files, options);
  if (workload.requests === 0) throw new UserError(`--workload ${place} has no request. Give a file that export wrote.`);
  return workload;
}

/** Files with a conversation each; null for a file of lines. */
function conversationFiles(place: string): string[] | null {
  const kind = fs.statSync(place, { throwIfNoEntry: false });
  if (!kind) throw new UserError(`--workload ${place}: no such file or folder.`);
  if (!kind.isDirectory()) return place.endsWith(".json") ? [place] : null;
  const traces = path.join(place, "traces");
  const folder = fs.existsSync(traces) ? traces : place;
  const names = fs.readdirSync(folder).filter((name) => name.endsWith(".json"));
  if (names.length === 0)
    throw new UserError(
      `--workload ${place} is a folder without conversations (*.json) or a trace.jsonl. Give a file of JSON lines or such a folder.`,
    );
  return names.sort().map((name) => path.join(folder, name));
}

// Lines

async function rowsWorkload(file: string, { most, blockSize: given }: WorkloadOptions): Promise<Workload> {
  const rows: (Row & { readonly line: number })[] = [];
  let isCut = false;
  for await (const { line, text } of textLines(file)) {
    isCut = rows.length === most;
    if (isCut) break;
    rows.push({ ...parsed(Row, text, `${file}:${line}`), line });
  }
  const blockSize = given ?? commonBlockSize(rows, file);
  const sessions = groupBy(rows, ({ session_id, line }) => (session_id === undefined ? `line ${line}` : String(session_id)));
  const started = [...sessions].map(([id, turns]) => ({
    startMs: turns[0]?.timestamp ?? 0,
    session: {
      id,
      turns: turns.map((row, i) => turnOfRow(row, i, { blockSize, place: `${file}:${row.line}`, startMs: turns[0]?.timestamp ?? 0 })),
    },
  }));
  const originMs = started.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY);
  const conversations = started.map(({ startMs, session }) => ({ startMs: startMs - originMs, sessions: [session] }));
  return { conversations: conversations.sort((a, b) => a.startMs - b.startMs), requests: rows.length, blockSize, isCut };
}

interface RowPlace {
  readonly blockSize: number;
  readonly place: string;
  readonly startMs: number;
}

function turnOfRow(row: Row, index: number, { blockSize, place, startMs }: RowPlace): Turn {
  const { timestamp, delay, input_length, output_length, hash_ids = [] } = row;
  return {
    delayMs: index === 0 ? null : (delay ?? 0),
    atMs: timestamp === undefined ? null : Math.max(0, timestamp - startMs),
    input: input_length,
    output: output_length,
    blocks: blocksOf(hash_ids, { input: input_length, blockSize, place, scope: "" }),
    recordedMs: null,
    bringsResults: false,
  };
}

async function* textLines(file: string): AsyncGenerator<{ readonly line: number; readonly text: string }> {
  const decoder = new TextDecoder();
  for await (const lines of readLines(fs.createReadStream(file)))
    for (const { bytes, number } of lines) {
      const text = decoder.decode(bytes).trim();
      if (text !== "") yield { line: number, text };
    }
}

/** The size that explains how many blocks each row has, the last of which may not be full: 64 if it does, else the next power of two, else the smallest. */
function commonBlockSize(rows: readonly Row[], file: string): number {
  let least = 1;
  let most = MOST_TOKENS;
  for (const { input_length, hash_ids = [] } of rows) {
    if (hash_ids.length > 0) least = Math.max(least, Math.ceil(input_length / hash_ids.length));
    if (hash_ids.length > 1) most = Math.min(most, Math.ceil(input_length / (hash_ids.length - 1)) - 1);
  }
  if (least > most)
    throw new UserError(`${file}: no block size fits the input_length and hash_ids of all rows. Give it with --block-size.`);
  if (least <= USUAL_BLOCK_SIZE && USUAL_BLOCK_SIZE <= most) return USUAL_BLOCK_SIZE;
  let power = 1;
  while (power < least) power *= 2;
  return power <= most ? power : least;
}

// Conversations

function conversationsWorkload(files: readonly string[], { most, blockSize: given }: WorkloadOptions): Workload {
  if (given !== undefined) throw new UserError("--block-size does nothing here: conversations say theirs. Leave it out.");
  const conversations: Conversation[] = [];
  let requests = 0;
  let blockSize: number | null = null;
  for (const file of files) {
    // One request more says that there are more.
    if (requests > most) break;
    const recorded = parsed(Recorded, fs.readFileSync(file, "utf8"), file);
    if (blockSize !== null && blockSize !== recorded.block_size)
      throw new UserError(
        `${file} has blocks of ${recorded.block_size} tokens, the files before it of ${blockSize}. Replay them one by one.`,
      );
    blockSize = recorded.block_size;
    const sessions = sessionsOf(recorded, file);
    conversations.push({ startMs: 0, sessions });
    requests += sessions.reduce((sum, { turns }) => sum + turns.length, 0);
  }
  return { ...cutTo(conversations, most), blockSize: blockSize ?? USUAL_BLOCK_SIZE };
}

function sessionsOf({ id, block_size, requests }: Recorded, file: string): Session[] {
  const main = requests.filter((request) => request.type !== "subagent");
  const helpers = requests.filter((request) => request.type === "subagent");
  const turnsOf = (calls: readonly Call[]) =>
    calls.map((call, i) => turnOfCall(call, calls[i - 1], { scope: id, blockSize: block_size, place: file }));
  const sessions = [
    { id, turns: turnsOf(main) },
    ...helpers.map(({ t, agent_id, requests: calls }) => ({
      id: `${id}/${agent_id}`,
      // Some writers count the times of a helper from its own start.
      turns: turnsOf(calls.map((call) => (call.t < t ? { ...call, t: t + call.t } : call))),
    })),
  ];
  return sessions.filter(({ turns }) => turns.length > 0);
}

interface CallPlace {
  readonly scope: string;
  readonly blockSize: number;
  readonly place: string;
}

function turnOfCall(call: Call, before: Call | undefined, { scope, blockSize, place }: CallPlace): Turn {
  const gapS = before === undefined ? null : Math.max(0, call.t - before.t - (before.api_time ?? 0));
  return {
    delayMs: gapS === null ? null : gapS * 1000,
    atMs: before === undefined ? call.t * 1000 : null,
    input: call.in,
    output: Math.max(1, call.out),
    blocks: blocksOf(call.hash_ids, { input: call.in, blockSize, place, scope: `${scope}/` }),
    recordedMs: call.api_time == null ? null : call.api_time * 1000,
    bringsResults: call.input_types.includes("tool_result") || before?.stop === "tool_use",
  };
}

/** Without the last requests, helpers last. */
function cutTo(conversations: readonly Conversation[], most: number): Omit<Workload, "blockSize"> {
  let left = most;
  const kept = conversations.map(({ startMs, sessions }) => ({
    startMs,
    sessions: sessions
      .map(({ id, turns }) => {
        const first = turns.slice(0, left);
        left -= first.length;
        return { id, turns: first };
      })
      .filter(({ turns }) => turns.length > 0),
  }));
  const total = conversations.flatMap(({ sessions }) => sessions).reduce((sum, { turns }) => sum + turns.length, 0);
  return { conversations: kept, requests: most - left, isCut: total > most };
}

// Both

let unshared = 0;

/** What the file has no id for is text of its own. */
function blocksOf(
  ids: readonly (string | number)[],
  {
    input,
    blockSize,
    place,
    scope,
  }: { readonly input: number; readonly blockSize: number; readonly place: string; readonly scope: string },
): string[] {
  const count = Math.ceil(input / blockSize);
  if (ids.length > count)
    throw new UserError(
      `${place} has ${ids.length} ids for an input of ${input} tokens, but blocks of ${blockSize} tokens make ${count}. Check --block-size.`,
    );
  return Array.from({ length: count }, (_, i) => (i < ids.length ? `${scope}${at(ids, i)}` : `own ${unshared++}`));
}

function parsed<T>(schema: z.ZodType<T>, text: string, place: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${place} is not JSON (${messageOf(error)}).`, 2, { cause: error });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue && issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  throw new UserError(`${place} is not a request to replay: ${field}${issue?.message ?? "wrong shape"}.`);
}
