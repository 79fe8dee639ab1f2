import { setImmediate } from "node:timers/promises";
import { type PaperFigure, type PaperRequest, paperFigure } from "./paper.ts";
import { type RenderedFigure, type RenderRequest, renderFigure } from "./render.ts";

export interface DrawnFigure extends RenderedFigure {
  /** Milliseconds that the thread took. */
  readonly drawMs: number;
}

/** What a worker thread runs for each request. */
export default function work(request: RenderRequest | PaperRequest): Promise<DrawnFigure | PaperFigure | string> {
  return "width" in request ? paperFigure(request) : render(request);
}

async function render(request: RenderRequest): Promise<DrawnFigure> {
  const start = performance.now();
  const figure = await renderFigure(request);
  // The memory of canvases that are gone is freed when the event loop turns.
  await setImmediate();
  return { ...figure, drawMs: performance.now() - start };
}
