/** One request to an OpenAI-compatible server, and when its tokens came. */
import { z } from "zod";
import { messageOf } from "../files/errors.ts";
import { readLines } from "../files/lines.ts";
import type { Api } from "./apis.ts";
import type { Clock } from "./clock.ts";

export interface Server {
  /** Such as `http://127.0.0.1:8000/v1`. */
  readonly url: string;
  readonly model: string;
  readonly api: Api;
  /** Goes into a header; null for none. */
  readonly key: string | null;
  /** Ask for exactly as many tokens as recorded, in the words of vLLM and SGLang. */
  readonly ignoreEos: boolean;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
}

export interface Answer {
  /** Of the clock. */
  readonly sentMs: number;
  /** First and last tokens; null when the answer came in one piece, without a stream. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  readonly endMs: number;
  /** As the server counts; null where it doesn't say. */
  readonly inputTokens: number | null;
  readonly cachedTokens: number | null;
  readonly outputTokens: number | null;
}

/** Why a request has no answer: one short phrase that is the same for failures of one kind. */
export class RequestFailure extends Error {}

const Usage = z.object({
  prompt_tokens: z.number(),
  completion_tokens: z.number().default(0),
  prompt_tokens_details: z.object({ cached_tokens: z.number().nullish() }).nullish(),
});
const text = z.string().nullish();
const Piece = z.object({
  choices: z.array(z.object({ text, delta: z.object({ content: text, reasoning_content: text, reasoning: text }).nullish() })).nullish(),
  usage: Usage.nullish(),
  error: z.unknown().optional(),
});
type Piece = z.infer<typeof Piece>;

const QUOTED_CHARACTERS = 200;

/**
 * Streams an answer and forgets its words.
 * @throws RequestFailure; the reason of the signal when that is aborted
 */
export async function ask(server: Server, prompt: string, output: number, signal: AbortSignal): Promise<Answer> {
  const request = {
    method: "POST",
    headers: { "content-type": "application/json", ...(server.key === null ? {} : { authorization: `Bearer ${server.key}` }) },
    body: bodyOf(server, prompt, output),
    // Prompts and key go to the address that was given and nowhere else.
    redirect: "manual",
    signal,
  } as const;
  const sentMs = server.clock.now();
  try {
    const response = await server.fetch(addressOf(server), request);
    if (!response.ok) throw new RequestFailure(await refusalOf(response));
    const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
    return { sentMs, ...(isStream ? await streamed(response, server.clock) : await whole(response, server.clock)) };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof RequestFailure) throw error;
    throw new RequestFailure(`no answer (${messageOf(error instanceof Error ? (error.cause ?? error) : error)})`, { cause: error });
  }
}

export function addressOf({ url, api }: Pick<Server, "url" | "api">): string {
  return `${url}/${api === "chat" ? "chat/completions" : "completions"}`;
}

function bodyOf({ model, api, ignoreEos }: Server, prompt: string, output: number): string {
  return JSON.stringify({
    model,
    ...(api === "chat" ? { messages: [{ role: "user", content: prompt }] } : { prompt }),
    max_tokens: output,
    ...(ignoreEos ? { min_tokens: output, ignore_eos: true } : {}),
    stream: true,
    stream_options: { include_usage: true },
  });
}

async function refusalOf(response: Response): Promise<string> {
  if (response.status < 400) return `status ${response.status}, which leads elsewhere`;
  const body = await response.text();
  const said = messageIn(jsonOf(body)) ?? body;
  const quoted = said.replaceAll(/\s+/g, " ").trim().slice(0, QUOTED_CHARACTERS);
  return `status ${response.status}${quoted === "" ? "" : `: ${quoted}`}`;
}

const Refusal = z.union([
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ message: z.string() }).transform(({ message }) => message),
  z.object({ detail: z.string() }).transform(({ detail }) => detail),
]);

function messageIn(body: unknown): string | null {
  return Refusal.safeParse(body).data ?? null;
}

type Times = Omit<Answer, "sentMs">;

async function streamed(response: Response, clock: Clock): Promise<Times> {
  const decoder = new TextDecoder();
  let firstMs: number | null = null;
  let lastMs: number | null = null;
  let usage: Piece["usage"] = null;
  for await (const lines of readLines(chunksOf(response))) {
    const now = clock.now();
    for (const { bytes } of lines) {
      const piece = pieceOf(decoder.decode(bytes));
      if (piece === null) continue;
      usage = piece.usage ?? usage;
      if (!hasText(piece)) continue;
      firstMs ??= now;
      lastMs = now;
    }
  }
  if (firstMs === null && !usage) throw new RequestFailure("a stream without tokens");
  return { firstMs, lastMs, endMs: clock.now(), ...tokensOf(usage) };
}

async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) yield read.value;
}

/** A piece of an answer on a line of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html); null on others. */
function pieceOf(line: string): Piece | null {
  const [, data] = /^data: ?(.*)$/s.exec(line) ?? [];
  if (data === undefined || data.trim() === "[DONE]") return null;
  const value = jsonOf(data);
  const piece = Piece.safeParse(value);
  if (!piece.success) throw new RequestFailure("a stream that is not that of an OpenAI-compatible server");
  if (piece.data.error != null) throw new RequestFailure(`an error in the stream: ${messageIn(value) ?? JSON.stringify(piece.data.error)}`);
  return piece.data;
}

function hasText({ choices }: Piece): boolean {
  return (choices ?? []).some((choice) =>
    [choice.text, choice.delta?.content, choice.delta?.reasoning_content, choice.delta?.reasoning].some(Boolean),
  );
}

async function whole(response: Response, clock: Clock): Promise<Times> {
  const piece = Piece.safeParse(jsonOf(await response.text()));
  if (!piece.success || !piece.data.choices) throw new RequestFailure("an answer that is not that of an OpenAI-compatible server");
  return { firstMs: null, lastMs: null, endMs: clock.now(), ...tokensOf(piece.data.usage) };
}

function tokensOf(usage: Piece["usage"]): Pick<Answer, "inputTokens" | "cachedTokens" | "outputTokens"> {
  return {
    inputTokens: usage?.prompt_tokens ?? null,
    cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? null,
    outputTokens: usage?.completion_tokens ?? null,
  };
}

function jsonOf(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
