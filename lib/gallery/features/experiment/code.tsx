/** @jsxRuntime automatic @jsxImportSource preact */
import type { Sheet } from "../../atlas/atlas.ts";
import type { CodeFile } from "../../atlas/code-files.ts";
import { anchorOf, type Link } from "../../links.ts";

interface CodeProps {
  readonly file: CodeFile;
  /** Other experiments that read the same file. */
  readonly users: readonly Sheet[];
  readonly link: Link;
}

/** A source file, folded. */
export function Code({ file, users, link }: CodeProps) {
  return (
    <details class="fold" id={anchorOf("code", file.name)}>
      <summary>
        <h3>{file.name}</h3> <span class="aside">{file.text.split("\n").length} lines</span>
      </summary>
      {users.length > 0 && (
        <ul class="downloads">
          <li class="aside">Also used by</li>
          {users.map((sheet) => (
            <li key={sheet.id}>
              <a href={link(sheet.page)}>{sheet.title}</a>
            </li>
          ))}
        </ul>
      )}
      <div class="code" data-copy={`Copy ${file.name}`}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
        <pre tabIndex={0}>
          <code>{file.pieces.map(({ text, kind }) => (kind ? <span class={`code-${kind}`}>{text}</span> : text))}</code>
        </pre>
      </div>
    </details>
  );
}
