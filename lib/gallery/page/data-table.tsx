/** @jsxRuntime automatic @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import { Scroll } from "./scroll.tsx";

/** `amount`: a script that fills the column groups the digits of its numbers. */
export type HeadCell = string | { readonly numeric: string; readonly amount?: boolean };

interface DataTableProps {
  readonly caption: string;
  /** Id of the heading that names the box; without one, the caption does. */
  readonly nameFrom?: string | undefined;
  readonly head: readonly HeadCell[];
  /** A script makes its columns sortable. */
  readonly sortable?: boolean;
  /** Its rows. */
  readonly children: ComponentChildren;
}

/** A table with a row of headings, in a box that scrolls. */
export function DataTable({ caption, nameFrom, head, sortable = false, children }: DataTableProps) {
  return (
    <Scroll name={nameFrom === undefined ? caption : undefined} nameFrom={nameFrom}>
      <table data-sortable={sortable ? "" : undefined}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {head.map((cell) => {
              const { numeric, amount = false } = typeof cell === "string" ? { numeric: undefined } : cell;
              const text = typeof cell === "string" ? cell : cell.numeric;
              return (
                <th key={text} scope="col" class={numeric === undefined ? undefined : "numeric"} data-amount={amount ? "" : undefined}>
                  {text}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Scroll>
  );
}
