import { type RenderedFigure, type RenderRequest, renderFigure } from "./render.ts";

/** What a worker thread runs for each request. */
export default function render(request: RenderRequest): Promise<RenderedFigure> {
  return renderFigure(request);
}
