/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { CodeFile, Sheet } from "../atlas.ts";
import { anchorOf, type Link } from "../links.ts";

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
        <h3>{file.name}</h3>
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
      <pre>
        <code>{file.text}</code>
      </pre>
    </details>
  );
}
