/** Renders figures on several threads. Each worker loads Vega and the fonts once (0.5 s and more) and then draws many figures. */
import { Tinypool } from "tinypool";
import type { RenderedFigure, RenderRequest } from "./render.ts";

export interface RenderPool {
  /** As `renderFigure`, on a worker thread; an error arrives with its message. */
  render(request: RenderRequest): Promise<RenderedFigure>;
  /** Ends the threads. */
  close(): Promise<void>;
}

const HALF_A_MINUTE_MS = 30_000;

/** A pool of at most `threads` workers, started when the first figures arrive. */
export function createRenderPool({ threads }: { threads: number }): RenderPool {
  const pool = new Tinypool({
    filename: new URL("./worker-entry.mjs", import.meta.url).href,
    runtime: "worker_threads",
    minThreads: 0,
    maxThreads: Math.max(1, threads),
    idleTimeout: HALF_A_MINUTE_MS,
    isolateWorkers: false,
  });
  return {
    render: (request) => pool.run(request) as Promise<RenderedFigure>,
    close: () => pool.destroy(),
  };
}
