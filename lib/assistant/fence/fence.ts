/**
 * Runs SQL that a person or a model wrote where it can do no harm. A process without an environment has the pool attached read-only, in a
 * DuckDB that reaches no file, address or extension and whose settings are locked. Only a SELECT over documented tables without free text
 * runs there. The process is watched from here: its time and its memory are held, whatever the engine does.
 */
import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ReadingOptions } from "../../db/open/reading.ts";
import { processOf } from "../../files/program.ts";
import type { FenceAnswer } from "./answer.ts";
import { memoryOf } from "./memory-of.ts";
import type { OpenRequest, Reply, Request, RunRequest } from "./messages.ts";

export type { FenceAnswer } from "./answer.ts";

export interface FenceLimits {
  /** To open the pool and make tables. */
  readonly openMs: number;
  /** Of a statement. */
  readonly timeoutMs: number;
  /** Between the interrupt of a statement and the end of its process. */
  readonly graceMs: number;
  /** After a statement, until its process is given back. */
  readonly idleMs: number;
  /** Of the process, all in all. */
  readonly memoryBytes: number;
  readonly rows: number;
  /** Of an answer as JSON. */
  readonly bytes: number;
  readonly cellCharacters: number;
}

export const FENCE_LIMITS: FenceLimits = {
  openMs: 60_000,
  timeoutMs: 10_000,
  graceMs: 1_000,
  idleMs: 300_000,
  memoryBytes: 2 * 2 ** 30,
  rows: 500,
  bytes: 64 * 2 ** 10,
  cellCharacters: 200,
};

export interface FenceOptions {
  readonly db: string;
  readonly reading?: ReadingOptions;
  /** Show names of projects as the pool has them. Default: pseudonyms or numbers. */
  readonly names?: boolean;
  readonly limits?: Partial<FenceLimits>;
}

export interface RunOptions {
  /** At most the fence's own limit. */
  readonly rows?: number | undefined;
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Fence {
  /** One statement at a time; others wait. @throws Error with a sentence: refused, wrong, stopped, or killed */
  run(sql: string, options?: RunOptions): Promise<FenceAnswer>;
  /** Of the process, once it was started; null after it has ended. */
  readonly pid: number | null;
  close(): void;
}

/** The process starts with the first statement, and again after it was killed. */
export function openFence({ db, reading = {}, names = false, limits: given }: FenceOptions): Fence {
  const limits = { ...FENCE_LIMITS, ...given };
  const request: OpenRequest = { kind: "open", db: path.resolve(db), reading, names };
  let worker: Worker | null = null;
  let before: Promise<unknown> = Promise.resolve();
  let idle: NodeJS.Timeout | undefined;
  const close = () => worker?.kill("The query was stopped: the program ends.");
  const runNext = async (sql: string, { rows = limits.rows, timeoutMs = limits.timeoutMs, signal }: RunOptions) => {
    signal?.throwIfAborted();
    clearTimeout(idle);
    if (!worker?.isAlive) worker = new Worker(request, limits);
    return worker.run(
      { kind: "run", sql, rows: Math.min(rows, limits.rows), bytes: limits.bytes, cellCharacters: limits.cellCharacters },
      Math.min(timeoutMs, limits.timeoutMs),
      signal,
    );
  };
  return {
    run: (sql, options = {}) => {
      const answer = before.then(() => runNext(sql, options));
      before = answer
        .catch(() => {})
        .then(() => {
          clearTimeout(idle);
          idle = setTimeout(close, limits.idleMs).unref();
        });
      return answer;
    },
    get pid() {
      return worker?.isAlive ? worker.pid : null;
    },
    close,
  };
}

/** How often its memory is looked at. */
const WATCH_MS = 25;
const HEAP_MIB = 512;
const MIB = 2 ** 20;

class Worker {
  /** Whether it takes statements. */
  isAlive = true;
  private hasEnded = false;
  private readonly child: ChildProcess;
  private readonly limits: FenceLimits;
  private readonly opened: Promise<Reply>;
  private reason = "The process of queries ended unexpectedly. Ask again: the next query gets a new one.";
  private waiting: Waiting | null = null;
  private isWatched = false;
  /** Why the statement was interrupted. */
  private stopped: string | null = null;

  constructor(request: OpenRequest, limits: FenceLimits) {
    const { file, execArgv } = processOf("lib/assistant/fence/process.ts");
    this.limits = limits;
    this.child = fork(file, [], {
      env: {},
      execArgv: [...execArgv, `--max-old-space-size=${HEAP_MIB}`],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.child.on("message", (reply: Reply) => this.waiting?.hear(reply));
    this.child.once("error", () => this.ended());
    this.child.once("exit", () => this.ended());
    this.opened = this.ask(request, { ms: limits.openMs, says: "The pool took too long to open." });
  }

  get pid(): number | null {
    return this.child.pid ?? null;
  }

  async run(request: RunRequest, timeoutMs: number, signal: AbortSignal | undefined): Promise<FenceAnswer> {
    this.stopped = null;
    const opened = await this.opened;
    if (opened.kind === "failed") {
      this.kill(opened.message);
      throw new Error(opened.message);
    }
    const abort = () => this.interrupt("The query was stopped: it was canceled.");
    signal?.addEventListener("abort", abort);
    try {
      const reply = await this.ask(request, { ms: this.limits.openMs, says: "The tables took too long to make." }, timeLimit(timeoutMs));
      signal?.throwIfAborted();
      if (reply.kind === "answer") return reply.answer;
      throw new Error(reply.kind === "failed" ? this.said(reply.message) : `unexpected reply ${reply.kind}`);
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Ends the process; what waits for it fails with the reason. */
  kill(reason: string): void {
    this.reason = reason;
    this.isAlive = false;
    this.child.kill("SIGKILL");
  }

  /**
   * The reply to a request; a process that doesn't give it in time is interrupted, then ended.
   * @param running in place of the first limit, once the process says that it runs the statement
   */
  private ask(request: Request, limit: TimeLimit, running = limit): Promise<Reply> {
    return new Promise((resolve) => {
      const startTimer = ({ ms, says }: TimeLimit) => setTimeout(() => this.interrupt(says), ms);
      let timer = startTimer(limit);
      const hear = (reply: Reply) => {
        clearTimeout(timer);
        if (reply.kind === "running") timer = startTimer(running);
        else {
          this.waiting = null;
          resolve(reply);
        }
      };
      this.waiting = { hear };
      if (this.child.connected) this.child.send(request);
      if (this.hasEnded) this.ended();
      else if (!this.isWatched) void this.watch();
    });
  }

  private interrupt(reason: string): void {
    this.stopped = reason;
    if (this.child.connected) this.child.send({ kind: "interrupt" } satisfies Request);
    const { waiting } = this;
    setTimeout(() => {
      if (waiting !== null && waiting === this.waiting) this.kill(reason);
    }, this.limits.graceMs).unref();
  }

  /** An interrupted statement says so in words of the engine. */
  private said(message: string): string {
    const reason = this.stopped;
    this.stopped = null;
    return reason !== null && message.startsWith("INTERRUPT") ? reason : message;
  }

  private ended(): void {
    this.isAlive = false;
    this.hasEnded = true;
    this.waiting?.hear({ kind: "failed", message: this.reason });
  }

  /** Looks at the memory for as long as something is waited for. */
  private async watch(): Promise<void> {
    const { memoryBytes } = this.limits;
    this.isWatched = true;
    while (this.waiting !== null && this.isAlive && this.pid !== null) {
      const bytes = (await memoryOf(this.pid)) ?? 0;
      if (bytes > memoryBytes)
        this.kill(`The query took more than ${Math.round(memoryBytes / MIB)} MiB of memory and was stopped. ${ASK_FOR_LESS}`);
      await pause(WATCH_MS);
    }
    this.isWatched = false;
  }
}

/** Who waits for a reply. */
interface Waiting {
  hear(reply: Reply): void;
}

interface TimeLimit {
  readonly ms: number;
  readonly says: string;
}

const ASK_FOR_LESS = "Ask for less: filter rows first, or add them up.";

function timeLimit(ms: number): TimeLimit {
  return { ms, says: `The query took longer than ${ms / 1000} s and was stopped. ${ASK_FOR_LESS}` };
}
