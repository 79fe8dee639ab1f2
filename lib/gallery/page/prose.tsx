/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { SafeHtml } from "../atlas/readme.ts";

/** Markdown as HTML. The only place where a page inserts HTML as it is. */
export function Prose({ body }: { readonly body: SafeHtml }) {
  return <div class="prose" dangerouslySetInnerHTML={{ __html: body.html }} />;
}
