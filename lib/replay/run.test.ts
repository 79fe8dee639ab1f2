import { describe, expect, it } from "vitest";
import { at, known } from "../stats/known.ts";
import { ModelServer, type ModelServerOptions } from "../testing/model-server.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { calibrate } from "./calibrate.ts";
import type { Server } from "./client.ts";
import { betweenTokensMs, endToEndMs, firstTokenMs, hitRates, measuredOf } from "./measured.ts";
import { UNCALIBRATED } from "./prompt.ts";
import { type RunOptions, runWorkload, type Sent } from "./run.ts";
import type { Conversation, Session, Turn, Workload } from "./workload.ts";

const BLOCK = 16;
const DELAYS = { firstTokenMs: 200, prefillMs: 0, betweenTokensMs: 20 };
const NEVER = new AbortController().signal;

function turn(more: Partial<Turn> = {}): Turn {
  const input = more.input ?? 64;
  const blocks = Array.from({ length: Math.ceil(input / BLOCK) }, (_, i) => `${i}`);
  return { delayMs: null, atMs: null, input, output: 11, blocks, recordedMs: null, bringsResults: false, ...more };
}

/** Requests of a session, with so many milliseconds between them. */
function session(id: string, delays: readonly number[], startMs = 0): Session {
  const blocks = (turns: number) => Array.from({ length: 4 + turns }, (_, i) => `${id}/${i}`);
  const later = delays.map((delayMs, i) => turn({ delayMs, input: BLOCK * (5 + i), blocks: blocks(i + 1) }));
  return { id, turns: [turn({ atMs: startMs, blocks: blocks(0) }), ...later] };
}

function workload(...conversations: readonly Conversation[]): Workload {
  const requests = conversations.flatMap(({ sessions }) => sessions).reduce((sum, { turns }) => sum + turns.length, 0);
  return { conversations, requests, blockSize: BLOCK, isCut: false };
}

interface Given {
  readonly stub?: Partial<ModelServerOptions>;
  readonly server?: Partial<Server>;
  readonly run?: Partial<RunOptions>;
}

/** Runs a workload in virtual time, so that all times are exact. */
async function ran(work: Workload, { stub = {}, server = {}, run = {} }: Given = {}) {
  const clock = new VirtualClock();
  const model = new ModelServer({ clock, blockSize: BLOCK, ...DELAYS, ...stub });
  const target: Server = {
    url: "http://model.test/v1",
    model: "m",
    api: "chat",
    key: null,
    ignoreEos: false,
    fetch: model.fetch,
    clock,
    ...server,
  };
  const options = { calibration: UNCALIBRATED, seed: "", timeScale: 1, concurrency: null, signal: NEVER, ...run };
  const outcome = await runWorkload(work, target, options);
  return { outcome, measured: measuredOf(outcome), model, clock, target };
}

function sentTimes(sent: readonly Sent[]): [session: string, index: number, ms: number][] {
  return sent.map(({ session, index, sentMs }) => [session, index, sentMs]);
}

describe("times", () => {
  it("are those that the server was made with, and those that it had", async () => {
    const { measured, model } = await ran(workload({ startMs: 0, sessions: [session("a", [100, 500])] }));
    expect(measured.map(firstTokenMs)).toEqual([200, 200, 200]);
    expect(measured.map(betweenTokensMs)).toEqual([20, 20, 20]);
    expect(measured.map(endToEndMs)).toEqual([400, 400, 400]);
    expect(measured.map(({ answer }) => [answer.sentMs, answer.firstMs, answer.lastMs])).toEqual(
      model.served.map(({ receivedMs, firstMs, lastMs }) => [receivedMs, firstMs, lastMs]),
    );
  });

  it("are unknown for the first token of an answer in one piece", async () => {
    const { measured } = await ran(workload({ startMs: 0, sessions: [session("a", [])] }), { stub: { streams: false } });
    expect(measured.map((each) => [firstTokenMs(each), betweenTokensMs(each), endToEndMs(each)])).toEqual([[null, null, 400]]);
  });
});

describe("requests", () => {
  it.each([
    [1, [0, 500, 1_400]],
    [2, [0, 600, 2_000]],
    [0, [0, 400, 800]],
  ])("of a session follow each other, with waits %i times as long", async (timeScale, expected) => {
    const { outcome } = await ran(workload({ startMs: 0, sessions: [session("a", [100, 500])] }), { run: { timeScale } });
    expect(sentTimes(outcome.sent)).toEqual(expected.map((ms, i) => ["a", i, ms]));
  });

  it("of different sessions run at the same time, from their recorded starts", async () => {
    const work = workload({ startMs: 0, sessions: [session("a", [100])] }, { startMs: 150, sessions: [session("b", [100])] });
    expect(sentTimes((await ran(work)).outcome.sent)).toEqual([
      ["a", 0, 0],
      ["b", 0, 150],
      ["a", 1, 500],
      ["b", 1, 650],
    ]);
  });

  it("of a helper start when it was started", async () => {
    const work = workload({ startMs: 1_000, sessions: [session("main", [2_000]), session("helper", [0], 300)] });
    expect(sentTimes((await ran(work)).outcome.sent)).toEqual([
      ["main", 0, 1_000],
      ["helper", 0, 1_300],
      ["helper", 1, 1_700],
      ["main", 1, 3_400],
    ]);
  });

  it("of a fixed number of conversations ignore recorded starts", async () => {
    const work = workload(...["a", "b", "c"].map((id, i) => ({ startMs: i * 60_000, sessions: [session(id, [])] })));
    expect(sentTimes((await ran(work, { run: { concurrency: 2 } })).outcome.sent)).toEqual([
      ["a", 0, 0],
      ["b", 0, 0],
      ["c", 0, 400],
    ]);
  });

  it.each([
    ["chat", false, { messages: [{ role: "user", content: expect.any(String) }] }],
    ["completions", true, { prompt: expect.any(String), min_tokens: 11, ignore_eos: true }],
  ] as const)("ask %s for the recorded output", async (api, ignoreEos, body) => {
    const { model } = await ran(workload({ startMs: 0, sessions: [session("a", [])] }), { server: { api, ignoreEos, key: "secret" } });
    const common = { model: "m", max_tokens: 11, stream: true, stream_options: { include_usage: true } };
    expect(model.served.map((each) => [each.body, each.authorization])).toEqual([[{ ...common, ...body }, "Bearer secret"]]);
  });
});

describe("the prefix cache", () => {
  /** Two sessions with a common start, one of which is compacted. */
  const shared = ["s0", "s1", "s2"];
  const inputs = (id: string): Session => ({
    id,
    turns: [
      turn({ atMs: 0, input: 60, blocks: [...shared, `${id}a`] }),
      turn({ delayMs: 10, input: 110, blocks: [...shared, ...["b", "c", "d", "e"].map((name) => id + name)] }),
      turn({ delayMs: 10, input: 70, blocks: [...shared.slice(0, 2), ...["f", "g", "h"].map((name) => id + name)] }),
    ],
  });
  const work = workload({ startMs: 0, sessions: [inputs("a")] }, { startMs: 300, sessions: [inputs("b")] });

  it("of the server finds what was planned", async () => {
    const { measured, model } = await ran(work);
    expect(measured.map(({ sent }) => sent.plannedPrefix)).toEqual([0, 48, 48, 48, 32, 32]);
    expect(measured.map(({ prefix }) => prefix)).toEqual(model.served.map(({ cachedTokens }) => cachedTokens));
    const { planned, server } = hitRates(measured);
    expect(server).toBe(planned);
    expect(planned).toBe((3 * 48 + 2 * 32) / (2 * (60 + 110 + 70)));
  });

  it("that leaves out counts of 0 has zeros, one that has no counts has none", async () => {
    const lazy = await ran(work, { stub: { cacheCounts: "unless 0" } });
    expect(lazy.measured.map(({ prefix }) => prefix)).toEqual([0, 48, 48, 48, 32, 32]);
    const silent = await ran(work, { stub: { cacheCounts: "never" } });
    expect(silent.measured.map(({ prefix }) => prefix)).toEqual([null, null, null, null, null, null]);
    expect(hitRates(silent.measured)).toEqual({ planned: null, server: null });
  });

  it("finds the same for a server with other tokens, to a block of each request", async () => {
    const stub = { overhead: 12, tokensOf: (word: string) => (word.length > 5 ? 2 : 1) };
    const { target } = await ran(workload(), { stub });
    const long = {
      id: "long",
      turns: Array.from({ length: 8 }, (_, i) =>
        turn({ delayMs: 5, input: 1_600 * (i + 1), blocks: [...Array(100 * (i + 1)).keys()].map(String) }),
      ),
    };
    const calibration = known(await calibrate(target, NEVER));
    const { measured } = await ran(workload({ startMs: 0, sessions: [long] }), { stub, run: { calibration } });
    for (const { sent, answer } of measured) expect(Math.abs(known(answer.inputTokens) / sent.turn.input - 1)).toBeLessThan(0.05);
    const { planned, server } = hitRates(measured);
    expect(Math.abs(known(server) / known(planned) - 1)).toBeLessThan(0.05);
  });
});

describe("failures", () => {
  it("are kept with their reasons, and the session goes on", async () => {
    const stub = { statusOf: (n: number) => (n === 1 ? 503 : 200) };
    const { outcome } = await ran(workload({ startMs: 0, sessions: [session("a", [100, 100])] }), { stub });
    expect(outcome.sent.map(({ failure }) => failure)).toEqual([null, "status 503: made-up failure 503", null]);
    expect(outcome).toMatchObject({ isComplete: true, gaveUp: false });
  });

  it("that don't end, end the run", async () => {
    const { outcome, clock } = await ran(workload({ startMs: 0, sessions: [session("a", Array(200).fill(60_000))] }), {
      stub: { statusOf: () => 500 },
    });
    expect(outcome).toMatchObject({ isComplete: false, gaveUp: true });
    expect(outcome.sent).toHaveLength(20);
    expect(clock.now()).toBe(19 * 60_000);
  });

  it.each([
    ["text", () => new Response("hello"), "an answer that is not that of an OpenAI-compatible server"],
    ["another stream", () => eventStream('data: "hello"\n\n'), "a stream that is not that of an OpenAI-compatible server"],
    ["an empty stream", () => eventStream("data: [DONE]\n\n"), "a stream without tokens"],
    ["an error in a stream", () => eventStream('data: {"error":{"message":"too long"}}\n\n'), "an error in the stream: too long"],
    ["a redirect", () => new Response(null, { status: 302 }), "status 302, which leads elsewhere"],
    ["a page", () => new Response("<p>No</p>", { status: 404 }), "status 404: <p>No</p>"],
    [
      "a closed port",
      () => Promise.reject(new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") })),
      "no answer (connect ECONNREFUSED)",
    ],
  ])("by %s have a reason", async (_what, answer, failure) => {
    const { outcome } = await ran(workload({ startMs: 0, sessions: [session("a", [])] }), { server: { fetch: async () => answer() } });
    expect(outcome.sent.map((each) => each.failure)).toEqual([failure]);
  });
});

function eventStream(text: string): Response {
  return new Response(text, { headers: { "content-type": "text/event-stream" } });
}

it("ends when it is stopped, and keeps what it has", async () => {
  const stop = new AbortController();
  const work = workload({ startMs: 0, sessions: [session("a", [100, 100])] }, { startMs: 50, sessions: [session("b", [10_000])] });
  const onAnswer = (done: number) => done === 3 && stop.abort();
  const { outcome } = await ran(work, { run: { signal: stop.signal, onAnswer } });
  expect(sentTimes(outcome.sent)).toEqual([
    ["a", 0, 0],
    ["b", 0, 50],
    ["a", 1, 500],
  ]);
  expect(outcome).toMatchObject({ unfinished: 0, isComplete: false, gaveUp: false });
});

it("counts requests that were cut off", async () => {
  const stop = new AbortController();
  const { outcome, clock, target } = await ran(workload());
  void clock.sleep(250).then(() => stop.abort());
  const options = { calibration: UNCALIBRATED, seed: "", timeScale: 1, concurrency: null, signal: stop.signal };
  const cut = await runWorkload(workload({ startMs: 0, sessions: [session("a", [])] }), target, options);
  expect(outcome.sent).toEqual([]);
  expect([cut.sent, cut.unfinished, cut.isComplete]).toEqual([[], 1, false]);
});

describe("calibrate", () => {
  it.each([
    ["words that are tokens", {}, { wordsPerToken: 1, overhead: 0 }],
    ["tokens of the server's own", { overhead: 9 }, { wordsPerToken: 1, overhead: 9 }],
    ["two tokens a word", { overhead: 9, tokensOf: () => 2 }, { wordsPerToken: 0.5, overhead: 9 }],
  ])("sees %s", async (_what, stub, expected) => {
    const { target, model } = await ran(workload(), { stub });
    expect(await calibrate(target, NEVER)).toEqual(expected);
    expect(model.served).toHaveLength(2);
    expect(at(model.served, 0).body.max_tokens).toBe(1);
  });

  it("knows nothing of a server that doesn't count", async () => {
    const { target } = await ran(workload(), { stub: { countsTokens: false } });
    expect(await calibrate(target, NEVER)).toBeNull();
  });
});
