/**
 * Conversations as the traces of kv-cache-tester have them, which aiperf reads as `weka_trace` and inference-perf as `weka_trace_replay`: a
 * file of JSON for each, with the requests of its main session in order and a `subagent` for each helper, fork and resumed part. Times are
 * seconds since the conversation began; ids of blocks mean the same within a file only, and blocks that aren't full have none.
 */
import { sha256 } from "../../files/hash.ts";
import { Writer } from "../../files/writer.ts";
import { at } from "../../stats/known.ts";
import { BlockBook, type BlocksOfRequest, idsText } from "./blocks.ts";
import { modelName, prefixRequest, type ReplayRequest } from "./requests.ts";
import type { Tally } from "./tally.ts";

/** A request and its blocks. */
interface Sent {
  readonly request: ReplayRequest;
  readonly blocks: BlocksOfRequest;
}

/**
 * @param requests by conversation, and by time within it
 * @param place makes the path of a file
 * @returns the files
 */
export async function writeConversations(
  requests: AsyncIterable<ReplayRequest>,
  blockSize: number,
  place: (file: string) => string,
  tally: Tally,
): Promise<string[]> {
  const files: string[] = [];
  for await (const conversation of conversationsOf(requests)) {
    const book = new BlockBook(blockSize);
    const sent = conversation.map((request) => ({ request, blocks: book.add(prefixRequest(request)) }));
    for (const { request, blocks } of sent) tally.add(request, blocks);
    const name = pseudonym((sent.find(({ request }) => request.relation === "root") ?? at(sent, 0)).request.session);
    const file = `traces/${name}.json`;
    const writer = new Writer(place(file));
    for (const piece of conversationText(name, sent, blockSize)) writer.write(piece);
    writer.close();
    files.push(file);
  }
  return files;
}

async function* conversationsOf(requests: AsyncIterable<ReplayRequest>): AsyncGenerator<ReplayRequest[]> {
  let conversation: ReplayRequest[] = [];
  for await (const request of requests) {
    if (conversation.length > 0 && request.conversation !== at(conversation, 0).conversation) {
      yield conversation;
      conversation = [];
    }
    conversation.push(request);
  }
  if (conversation.length > 0) yield conversation;
}

/** In pieces, because a long conversation is too long for one text. */
function* conversationText(name: string, sent: readonly Sent[], blockSize: number): Generator<string> {
  const originUs = at(sent, 0).request.start_us;
  const head = { id: name, models: modelsOf(sent), block_size: blockSize, hash_id_scope: "local", ...NO_PREFIX };
  yield `${JSON.stringify(head).slice(0, -1)},"requests":[`;
  const entries = entriesOf(sessionsOf(sent), originUs).sort((a, b) => a.us - b.us);
  for (const [index, { pieces }] of entries.entries()) {
    yield index === 0 ? "\n" : ",\n";
    yield* pieces;
  }
  yield "\n]}\n";
}

/** The format can tell system prompt and tools from the rest; a trace doesn't say how long they are. */
const NO_PREFIX = { tool_tokens: 0, system_tokens: 0 };

/** The main session first. */
function sessionsOf(sent: readonly Sent[]): Sent[][] {
  const sessions = new Map<string, Sent[]>();
  for (const one of sent) {
    const session = sessions.get(one.request.session);
    if (session) session.push(one);
    else sessions.set(one.request.session, [one]);
  }
  return [...sessions.values()].sort((a, b) => Number(isRoot(b)) - Number(isRoot(a)));
}

function isRoot(session: readonly Sent[]): boolean {
  return at(session, 0).request.relation === "root";
}

interface Entry {
  readonly us: number;
  readonly pieces: Iterable<string>;
}

function entriesOf([main = [], ...others]: readonly (readonly Sent[])[], originUs: number): Entry[] {
  return [
    ...main.map((one, index) => ({ us: one.request.start_us, pieces: [requestText(one, main[index - 1], originUs)] })),
    ...others.map((session) => ({ us: at(session, 0).request.start_us, pieces: subagentText(session, originUs) })),
  ];
}

function requestText({ request, blocks }: Sent, before: Sent | undefined, originUs: number): string {
  const numbers = {
    t: seconds(request.start_us - originUs),
    type: "n",
    model: modelName(request.model ?? UNKNOWN),
    in: request.input,
    out: request.output,
    api_time: seconds(request.end_us - request.start_us),
    // The wait for tools, a person and the client: while the answer before was still being written there is none.
    think_time: before ? seconds(Math.max(0, request.start_us - before.request.end_us)) : 0,
  };
  return `${JSON.stringify(numbers).slice(0, -1)},"hash_ids":[${idsText(blocks.chain)}]}`;
}

function* subagentText(session: readonly Sent[], originUs: number): Generator<string> {
  const first = at(session, 0).request;
  const endUs = Math.max(...session.map(({ request }) => request.end_us));
  const head = {
    t: seconds(first.start_us - originUs),
    type: "subagent",
    agent_id: pseudonym(first.session),
    subagent_type: first.relation,
    duration_ms: Math.round((endUs - first.start_us) / 1000),
    total_tokens: session.reduce((sum, { request }) => sum + request.input + request.output, 0),
    tool_use_count: null,
    status: "completed",
    models: modelsOf(session),
    ...NO_PREFIX,
  };
  yield `${JSON.stringify(head).slice(0, -1)},"requests":[`;
  for (const [index, one] of session.entries()) yield `${index === 0 ? "" : ","}\n${requestText(one, session[index - 1], originUs)}`;
  yield "\n]}";
}

const UNKNOWN = "unknown";

function modelsOf(sent: readonly Sent[]): string[] {
  return [...new Set(sent.map(({ request }) => modelName(request.model ?? UNKNOWN)))];
}

function pseudonym(session: string): string {
  return `session-${sha256(session).slice(0, 16)}`;
}

function seconds(us: number): number {
  return us / 1_000_000;
}
