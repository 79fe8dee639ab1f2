/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import { Scroll } from "../../page/scroll.tsx";

export type HeadCell = string | { readonly numeric: string };

/** A table with a heading of its own or of its section, in a box that scrolls. */
export function DiffTable({
  caption,
  head,
  children,
}: {
  readonly caption: string;
  readonly head: readonly HeadCell[];
  readonly children: ComponentChildren;
}) {
  return (
    <div class="table">
      <Scroll name={caption}>
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              {head.map((cell) => {
                const [text, numeric] = typeof cell === "string" ? [cell, false] : [cell.numeric, true];
                return (
                  <th key={text} scope="col" class={numeric ? "numeric" : undefined}>
                    {text}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </Scroll>
    </div>
  );
}
