/** Sends a workload in a closed loop: within a session a request waits for the answer before it, and then as long as recorded. */
import { setMaxListeners } from "node:events";
import { type Answer, ask, RequestFailure, type Server } from "./client.ts";
import { PlannedCache } from "./planned.ts";
import { type Calibration, Prompts } from "./prompt.ts";
import type { Conversation, Session, Turn, Workload } from "./workload.ts";

export interface RunOptions {
  readonly calibration: Calibration;
  /** Another seed makes other prompts. */
  readonly seed: string;
  /** Waits are so many times as long as recorded; 0 leaves them out. */
  readonly timeScale: number;
  /** So many conversations at a time, each as soon as there is room; null for all at their recorded starts. */
  readonly concurrency: number | null;
  /** Ends everything. */
  readonly signal: AbortSignal;
  readonly onAnswer?: (done: number) => void;
}

/** A request that was sent. Times are milliseconds of the clock. */
export interface Sent {
  readonly session: string;
  /** From 0. */
  readonly index: number;
  readonly turn: Turn;
  /** Tokens that a cache that forgets nothing would find. */
  readonly plannedPrefix: number;
  /** When it was to be sent. */
  readonly dueMs: number;
  readonly sentMs: number;
  /** Null when there was none. */
  readonly answer: Answer | null;
  /** Why the answer is missing. */
  readonly failure: string | null;
}

export interface Outcome {
  /** In the order in which they were sent. */
  readonly sent: readonly Sent[];
  /** Requests without an answer when the run was ended. */
  readonly unfinished: number;
  /** Nothing of the workload was left out. */
  readonly isComplete: boolean;
  /** The server failed so often in a row that the rest was not sent. */
  readonly gaveUp: boolean;
  readonly startMs: number;
  readonly endMs: number;
}

const MOST_FAILURES_IN_A_ROW = 20;

export async function runWorkload(workload: Workload, server: Server, options: RunOptions): Promise<Outcome> {
  const run = new Run(workload, server, options);
  const { clock } = server;
  const startMs = clock.now();
  await (options.concurrency === null
    ? run.byArrival(workload.conversations, startMs)
    : run.fixed(workload.conversations, options.concurrency));
  const { sent, unfinished, gaveUp } = run;
  return {
    sent: sent.sort((a, b) => a.sentMs - b.sentMs),
    unfinished,
    gaveUp,
    isComplete: sent.length === workload.requests,
    startMs,
    endMs: clock.now(),
  };
}

class Run {
  readonly sent: Sent[] = [];
  unfinished = 0;
  gaveUp = false;
  private failuresInARow = 0;
  private readonly cache: PlannedCache;
  private readonly prompts: Prompts;
  private readonly server: Server;
  private readonly options: RunOptions;
  private readonly noMore = new AbortController();
  private readonly signal: AbortSignal;

  constructor({ blockSize }: Workload, server: Server, options: RunOptions) {
    this.server = server;
    this.options = options;
    this.cache = new PlannedCache(blockSize);
    this.prompts = new Prompts({ ...options, blockSize });
    this.signal = AbortSignal.any([options.signal, this.noMore.signal]);
    // Each wait and each request listens to it.
    setMaxListeners(0, this.signal);
  }

  async byArrival(conversations: readonly Conversation[], startMs: number): Promise<void> {
    const running: Promise<unknown>[] = [];
    for (const conversation of conversations) {
      const dueMs = startMs + conversation.startMs * this.options.timeScale;
      await this.sleepUntil(dueMs);
      if (this.signal.aborted) break;
      running.push(this.converse(conversation, dueMs));
    }
    await Promise.all(running);
  }

  async fixed(conversations: readonly Conversation[], concurrency: number): Promise<void> {
    const queue = conversations.values();
    const work = async () => {
      for (const conversation of queue) {
        if (this.signal.aborted) return;
        await this.converse(conversation, this.server.clock.now());
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
  }

  private async converse({ sessions }: Conversation, startMs: number): Promise<void> {
    await Promise.all(sessions.map((session) => this.runSession(session, startMs)));
  }

  private async runSession({ id, turns }: Session, startMs: number): Promise<void> {
    const { timeScale } = this.options;
    let endMs = startMs;
    for (const [index, turn] of turns.entries()) {
      const dueMs = Math.max(endMs + (turn.delayMs ?? 0) * timeScale, startMs + (turn.atMs ?? 0) * timeScale);
      await this.sleepUntil(dueMs);
      if (this.signal.aborted) return;
      await this.send(id, index, turn, dueMs);
      endMs = this.server.clock.now();
    }
  }

  private async send(session: string, index: number, turn: Turn, dueMs: number): Promise<void> {
    const { server, options } = this;
    const prompt = this.prompts.of(turn.blocks, turn.input);
    const plannedPrefix = this.cache.add(turn.blocks, turn.input);
    const sent = { session, index, turn, plannedPrefix, dueMs, sentMs: server.clock.now() };
    try {
      const answer = await ask(server, prompt, turn.output, this.signal);
      this.failuresInARow = 0;
      this.sent.push({ ...sent, sentMs: answer.sentMs, answer, failure: null });
    } catch (error) {
      if (this.signal.aborted) this.unfinished++;
      else if (error instanceof RequestFailure) this.failed({ ...sent, answer: null, failure: error.message });
      else throw error;
    }
    options.onAnswer?.(this.sent.length);
  }

  private failed(sent: Sent): void {
    this.sent.push(sent);
    if (++this.failuresInARow < MOST_FAILURES_IN_A_ROW) return;
    this.gaveUp = true;
    this.noMore.abort();
  }

  private sleepUntil(ms: number): Promise<void> {
    const { clock } = this.server;
    return clock.sleep(ms - clock.now(), this.signal);
  }
}
