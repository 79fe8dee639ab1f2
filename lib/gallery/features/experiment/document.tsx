/** @jsxRuntime automatic @jsxImportSource preact */
import type { Sheet, SheetDocument } from "../../atlas/atlas.ts";
import { bytes } from "../../format.ts";
import { anchorOf, downloadOf, type Link } from "../../links.ts";
import { Download } from "../../page/download.tsx";
import { Prose } from "../../page/prose.tsx";

/** A text or JSON file that an experiment wrote: Markdown is laid out, other text is folded, large files are only linked. */
export function Document({ sheet, document, link }: { readonly sheet: Sheet; readonly document: SheetDocument; readonly link: Link }) {
  const { content, file } = document;
  return (
    <details class="fold" id={anchorOf("document", file)} open={content.kind === "markdown"}>
      <summary>
        <h3>{file}</h3> <span class="aside">{bytes(document.bytes)}</span>
      </summary>
      <ul class="downloads">
        <Download href={link(downloadOf(sheet.id, document))} name="Download" />
        {content.kind === "text" && content.cut && <li class="aside">Only the beginning is shown.</li>}
        {content.kind === "download" && <li class="aside">Too large to show here.</li>}
      </ul>
      {content.kind === "markdown" && <Prose body={content.body} />}
      {content.kind === "text" && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
        <pre tabIndex={0}>{content.text}</pre>
      )}
    </details>
  );
}
