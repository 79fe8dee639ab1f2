import { type RenderedFigure, type RenderRequest, renderFigure } from "./render.ts";

export interface DrawnFigure extends RenderedFigure {
  /** Milliseconds that the thread took. */
  readonly drawMs: number;
}

/** What a worker thread runs for each request. */
export default async function render(request: RenderRequest): Promise<DrawnFigure> {
  const start = performance.now();
  return { ...(await renderFigure(request)), drawMs: performance.now() - start };
}
