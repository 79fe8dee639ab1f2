/** @jsxRuntime automatic @jsxImportSource preact */
import type { ComponentChildren } from "preact";

interface DownloadProps {
  readonly href: string;
  readonly name: string;
  /** What to know about the file. */
  readonly children?: ComponentChildren;
}

/** A file in a list of downloads. */
export function Download({ href, name, children }: DownloadProps) {
  return (
    <li>
      <a href={href} download>
        {name}
      </a>
      {children !== undefined && (
        <>
          {" "}
          <span class="aside">{children}</span>
        </>
      )}
    </li>
  );
}
