/** Renders figures on several threads. Each worker loads Vega and the fonts once (0.5 s and more) and then draws many figures. */
import { Tinypool } from "tinypool";
import { threadsOf } from "../files/program.ts";
import type { RenderedFigure, RenderRequest } from "./render.ts";
import type { DrawnFigure } from "./worker.ts";

export interface RenderPool {
  /** As `renderFigure`, on a worker thread; an error arrives with its message. */
  render(request: RenderRequest): Promise<DrawnFigure>;
  /** Ends the threads. */
  close(): Promise<void>;
}

const HALF_A_MINUTE_MS = 30_000;

/** Heap of a thread that draws a stranger's figure. */
const STRANGERS_MIB = 2048;

/**
 * As `renderFigure`, for a spec from anywhere: on a thread of its own that is ended after `limitMs`, or when it fills its memory.
 * Throws an Error in plain words then.
 */
export async function renderWithin(request: RenderRequest, limitMs: number): Promise<RenderedFigure> {
  const pool = createRenderPool({ threads: 1, memoryMib: STRANGERS_MIB });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    void pool.close();
  }, limitMs);
  try {
    return await pool.render(request);
  } catch (error) {
    throw late ? new Error(`drawing it takes longer than ${limitMs / 1000} seconds`, { cause: error }) : error;
  } finally {
    clearTimeout(timer);
    if (!late) await pool.close();
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
    close: () => pool.destroy(),
  };
}
