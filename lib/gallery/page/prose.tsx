/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { SafeHtml } from "../atlas/readme.ts";

/** Text that markdown-it laid out, with raw HTML off: the one place where a page takes in ready-made HTML. */
export function Prose({ body }: { readonly body: SafeHtml }) {
  return <div class="prose" dangerouslySetInnerHTML={{ __html: body.html }} />;
}
