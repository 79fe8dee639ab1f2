/** @jsxRuntime automatic @jsxImportSource preact */
import type { Sheet } from "../../atlas/atlas.ts";
import type { CodeFile } from "../../atlas/code-files.ts";
import { anchorOf, type Link } from "../../links.ts";

interface CodeProps {
  readonly file: CodeFile;
  readonly heading?: "h2" | "h3";
  /** What the file has, in a sentence or two. */
  readonly about?: string;
  /** Experiments that read the file, where it is shared. */
  readonly users?: readonly Sheet[];
  readonly link: Link;
}

/** A source file, folded; a script colors it. */
export function Code({ file, heading: Heading = "h3", about, users = [], link }: CodeProps) {
  return (
    <details class="fold" id={anchorOf("code", file.name)} data-code={file.name}>
      <summary>
        <Heading>{file.name}</Heading> <span class="aside">{file.text.split("\n").length} lines</span>
        {about !== undefined && <span class="aside code-about">{about}</span>}
      </summary>
      {users.length > 0 && (
        <ul class="downloads">
          <li class="aside">Used by</li>
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
          <code>{file.text}</code>
        </pre>
      </div>
    </details>
  );
}
