/**
 * A made-up model server with the API of OpenAI: known delays, a prefix cache that forgets nothing, and a record of what it did.
 * As a program it serves on loopback: `npx tsx lib/testing/model-server.ts --port 8000`.
 */
import http from "node:http";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { sha256 } from "../files/hash.ts";
import { print } from "../files/say.ts";
import { type Clock, systemClock } from "../replay/clock.ts";

export interface ModelServerOptions {
  readonly clock: Clock;
  /** Tokens of a block of its cache. */
  readonly blockSize?: number;
  /** Tokens that it adds to the start of every prompt. */
  readonly overhead?: number;
  /** Tokens of a word. */
  readonly tokensOf?: (word: string) => number;
  /** Milliseconds before the first token, and more for each 1,000 tokens that are not in the cache. */
  readonly firstTokenMs?: number;
  readonly prefillMs?: number;
  /** Milliseconds from one token to the next. */
  readonly betweenTokensMs?: number;
  /** Like vLLM, which leaves out a count of cached tokens that is 0; or a server without such counts. */
  readonly cacheCounts?: "always" | "unless 0" | "never";
  readonly countsTokens?: boolean;
  readonly streams?: boolean;
  /** The status of the n-th request, from 0; 200 for an answer. */
  readonly statusOf?: (n: number) => number;
}

/** A request as the server saw it. Times are milliseconds of its clock. */
export interface ServedRequest {
  readonly body: Body;
  readonly prompt: string;
  readonly authorization: string | null;
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly receivedMs: number;
  firstMs: number | null;
  lastMs: number | null;
}

const Body = z.object({
  model: z.string(),
  prompt: z.string().optional(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })).optional(),
  max_tokens: z.number(),
  min_tokens: z.number().optional(),
  ignore_eos: z.boolean().optional(),
  stream: z.boolean(),
  stream_options: z.object({ include_usage: z.boolean() }).optional(),
});
type Body = z.infer<typeof Body>;

const PATHS = { "/v1/chat/completions": "chat", "/v1/completions": "completions" } as const;

export class ModelServer {
  readonly served: ServedRequest[] = [];
  private readonly options: Required<ModelServerOptions>;
  private readonly cache = new Set<string>();
  private requests = 0;

  constructor(options: ModelServerOptions) {
    this.options = {
      blockSize: 16,
      overhead: 0,
      tokensOf: () => 1,
      firstTokenMs: 200,
      prefillMs: 50,
      betweenTokensMs: 20,
      cacheCounts: "always",
      countsTokens: true,
      streams: true,
      statusOf: () => 200,
      ...options,
    };
  }

  /** Answers like `fetch`, without a network. */
  readonly fetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const path = new URL(request.url).pathname;
    const api = Object.entries(PATHS).find(([known]) => known === path)?.[1];
    if (api === undefined) return Response.json({ detail: "Not Found" }, { status: 404 });
    const status = this.options.statusOf(this.requests++);
    if (status !== 200) return Response.json({ error: { message: `made-up failure ${status}` } }, { status });
    const served = this.receive(Body.parse(await request.json()), request.headers.get("authorization"));
    return this.options.streams ? this.stream(served, api, request.signal) : this.answer(served);
  };

  private receive(body: Body, authorization: string | null): ServedRequest {
    const { clock, overhead, tokensOf, blockSize } = this.options;
    const prompt = body.prompt ?? (body.messages ?? []).map(({ content }) => content).join(" ");
    const words = prompt.split(" ").flatMap((word) => Array.from({ length: tokensOf(word) }, (_, i) => `${word}#${i}`));
    const tokens = [...Array.from({ length: overhead }, () => "<start>"), ...words];
    const cachedTokens = Math.min(this.cached(tokens), Math.floor((tokens.length - 1) / blockSize) * blockSize);
    const served = {
      body,
      prompt,
      authorization,
      inputTokens: tokens.length,
      cachedTokens,
      receivedMs: clock.now(),
      firstMs: null,
      lastMs: null,
    };
    this.served.push(served);
    return served;
  }

  /** Keeps the full blocks, too. */
  private cached(tokens: readonly string[]): number {
    const { blockSize } = this.options;
    let found = 0;
    let chain = "";
    for (let end = blockSize; end <= tokens.length; end += blockSize) {
      chain = sha256(`${chain} ${tokens.slice(end - blockSize, end).join(" ")}`);
      if (this.cache.has(chain)) found = end;
      this.cache.add(chain);
    }
    return found;
  }

  private stream(served: ServedRequest, api: (typeof PATHS)[keyof typeof PATHS], signal: AbortSignal): Response {
    const encoder = new TextEncoder();
    const event = (data: string) => encoder.encode(`data: ${data}\n\n`);
    const token = JSON.stringify({ choices: [api === "chat" ? { delta: { content: "word " } } : { text: "word " }] });
    const end = JSON.stringify({ choices: [], usage: this.usageOf(served) });
    const { clock, betweenTokensMs } = this.options;
    const waitMs = this.waitMs(served);
    async function* events() {
      await clock.sleep(waitMs, signal);
      for (let i = 0; i < served.body.max_tokens; i++) {
        if (i > 0) await clock.sleep(betweenTokensMs, signal);
        signal.throwIfAborted();
        served.lastMs = clock.now();
        served.firstMs ??= served.lastMs;
        yield event(token);
      }
      yield event(end);
      yield event("[DONE]");
    }
    const pieces = events();
    const stream = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
    return new Response(stream, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
  }

  private async answer(served: ServedRequest): Promise<Response> {
    const { clock, betweenTokensMs } = this.options;
    await clock.sleep(this.waitMs(served) + betweenTokensMs * (served.body.max_tokens - 1), new AbortController().signal);
    return Response.json({ choices: [{ text: "word", message: { content: "word" } }], usage: this.usageOf(served) });
  }

  private waitMs({ inputTokens, cachedTokens }: ServedRequest): number {
    return this.options.firstTokenMs + (this.options.prefillMs * (inputTokens - cachedTokens)) / 1000;
  }

  private usageOf({ inputTokens, cachedTokens, body }: ServedRequest): object | null {
    const { cacheCounts, countsTokens } = this.options;
    if (!countsTokens) return null;
    const counts = cacheCounts === "always" || (cacheCounts === "unless 0" && cachedTokens > 0);
    return {
      prompt_tokens: inputTokens,
      completion_tokens: body.max_tokens,
      prompt_tokens_details: counts ? { cached_tokens: cachedTokens } : null,
    };
  }

  /** Serves on loopback. */
  async listen(port = 0): Promise<{ readonly url: string; readonly close: () => Promise<void> }> {
    const server = http.createServer((request, response) => void this.respond(request, response));
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    const address = server.address();
    const close = () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    return { url: `http://127.0.0.1:${typeof address === "object" && address ? address.port : port}/v1`, close };
  }

  private async respond(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const { status, headers, body } = await this.fetch(`http://127.0.0.1${request.url}`, {
      method: "POST",
      headers: { authorization: request.headers.authorization ?? "" },
      body: Buffer.concat(chunks),
      signal: gone.signal,
    });
    response.writeHead(status, { "content-type": headers.get("content-type") ?? "" });
    const reader = body?.getReader();
    try {
      for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) response.write(read.value);
    } catch (error) {
      if (!gone.signal.aborted) throw error;
    }
    response.end();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { port: { type: "string", default: "8000" } } });
  const { url } = await new ModelServer({ clock: systemClock, overhead: 12 }).listen(Number(values.port));
  print(`A made-up model answers at ${url} (Ctrl-C ends it)`);
}
