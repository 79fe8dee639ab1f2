/** @jsxRuntime automatic @jsxImportSource preact */
import type { Citation } from "../../atlas/citation.ts";

/** References to a figure, to copy into a text. */
export function Cite({ citation: { apa, bibtex } }: { readonly citation: Citation }) {
  return (
    <details class="fold cite">
      <summary>
        <h4>Cite</h4> <span class="aside">APA, BibTeX</span>
      </summary>
      <pre class="command" data-copy="Copy the APA reference">
        <code>{apa}</code>
      </pre>
      <pre class="command" data-copy="Copy the BibTeX entry">
        <code>{bibtex}</code>
      </pre>
    </details>
  );
}
