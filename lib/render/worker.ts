import type { DrawnFigure } from "./pool.ts";
import { type RenderRequest, renderFigure } from "./render.ts";

/** What a worker thread runs for each request. */
export default async function render(request: RenderRequest): Promise<DrawnFigure> {
  const start = performance.now();
  return { ...(await renderFigure(request)), drawMs: performance.now() - start };
}
