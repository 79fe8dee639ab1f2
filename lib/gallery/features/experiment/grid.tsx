/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { type Column, type CsvHead, shortNumber } from "../../atlas/csv-head.ts";
import { Scroll } from "../../page/scroll.tsx";

interface GridProps {
  /** Accessible name of the box, or the id of the heading that names it. */
  readonly name?: string;
  readonly nameFrom?: string;
  readonly caption: string;
  readonly head: CsvHead;
  /** A script makes its columns sortable. */
  readonly sortable?: boolean;
}

/** Rows of a CSV file as a table in a box that scrolls. */
export function Grid({ name, nameFrom, caption, head: { columns, rows }, sortable = false }: GridProps) {
  return (
    <Scroll {...(name === undefined ? {} : { name })} {...(nameFrom === undefined ? {} : { nameFrom })}>
      <table data-sortable={sortable ? "" : undefined}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} scope="col" class={column.numeric ? "numeric" : undefined}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            <tr key={i}>
              {columns.map((column, j) => (
                <Cell key={column.name} column={column} value={row[j] ?? ""} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Text that a cell shows without being cut off by the style sheet. */
const WHOLE_TEXT_CHARACTERS = 36;

/** A shortened value shows all of it when the pointer is over it. */
function Cell({ column, value }: { readonly column: Column; readonly value: string }) {
  if (!column.numeric) return <td title={value.length > WHOLE_TEXT_CHARACTERS ? value : undefined}>{value}</td>;
  const shown = shortNumber(value);
  return (
    <td class="numeric" title={shown === value ? undefined : value}>
      {shown}
    </td>
  );
}
