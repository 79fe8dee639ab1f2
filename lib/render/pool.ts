/** Renders figures on several threads. Each worker loads Vega and the fonts once (0.5 s and more) and then draws many figures. */
import { Tinypool } from "tinypool";
import { codeOf } from "../files/errors.ts";
import { threadsOf } from "../files/program.ts";
import type { PaperFigure, PaperRequest } from "./paper.ts";
import type { RenderedFigure, RenderRequest } from "./render.ts";
import type { DrawnFigure } from "./worker.ts";

export interface RenderPool {
  /** As `renderFigure`, on a worker thread; an error arrives with its message. */
  render(request: RenderRequest): Promise<DrawnFigure>;
  /** As `paperFigure`, on a worker thread. */
  paper(request: PaperRequest): Promise<PaperFigure | string>;
  /** Ends the threads. */
  close(): Promise<void>;
}

const HALF_A_MINUTE_MS = 30_000;

export interface DrawLimits {
  readonly seconds: number;
  /** Of memory: MiB by which the process may grow. */
  readonly mebibytes: number;
}

/** Between two looks at the memory. */
const WATCH_MS = 50;

/**
 * As `renderFigure`, for a spec from anywhere: on a thread of its own that is ended when it takes more time or memory than it may.
 * Throws an Error in plain words then.
 */
export async function renderWithin(request: RenderRequest, { seconds, mebibytes }: DrawLimits): Promise<RenderedFigure> {
  const pool = createRenderPool({ threads: 1, memoryMib: mebibytes });
  const tooMuch = `drawing it takes more than ${mebibytes} MiB of memory`;
  const before = process.memoryUsage.rss();
  let reason: string | null = null;
  const end = (why: string) => {
    reason ??= why;
    void pool.close();
  };
  const timer = setTimeout(() => end(`drawing it takes longer than ${seconds} ${seconds === 1 ? "second" : "seconds"}`), seconds * 1000);
  // The heap's own limit knows nothing of buffers and pixels.
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() - before > mebibytes * 2 ** 20) end(tooMuch);
  }, WATCH_MS);
  try {
    return await pool.render(request);
  } catch (error) {
    if (codeOf(error) === "ERR_WORKER_OUT_OF_MEMORY") reason ??= tooMuch;
    throw reason === null ? error : new Error(reason, { cause: error });
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    if (reason === null) await pool.close();
  }
}

/** A pool of at most `threads` workers, started when the first figures arrive, each with a heap of at most `memoryMib`. */
export function createRenderPool({ threads, memoryMib }: { threads: number; memoryMib?: number }): RenderPool {
  const pool = new Tinypool({
    ...threadsOf("lib/render/worker.ts"),
    runtime: "worker_threads",
    minThreads: 0,
    maxThreads: Math.max(1, threads),
    idleTimeout: HALF_A_MINUTE_MS,
    isolateWorkers: false,
    ...(memoryMib === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: memoryMib } }),
  });
  return {
    render: (request) => pool.run(request),
    paper: (request) => pool.run(request),
    close: () => pool.destroy(),
  };
}
