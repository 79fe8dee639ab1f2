/** @jsxRuntime automatic @jsxImportSource preact */
import type { SafeHtml } from "../atlas/readme.ts";

/** Markdown as HTML. Only in this file do pages insert HTML as it is. */
export function Prose({ body }: { readonly body: SafeHtml }) {
  return <div class="prose" dangerouslySetInnerHTML={{ __html: body.html }} />;
}

/** The same within a line of text. */
export function Phrase({ body }: { readonly body: SafeHtml }) {
  return <span dangerouslySetInnerHTML={{ __html: body.html }} />;
}

/** A drawing of ours, with classes that a style sheet colors. */
export function Drawing({ svg }: { readonly svg: string }) {
  return <div class="drawing" dangerouslySetInnerHTML={{ __html: svg }} />;
}
