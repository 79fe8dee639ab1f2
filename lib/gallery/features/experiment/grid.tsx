/** @jsxRuntime automatic @jsxImportSource preact */
import type { Column, CsvHead } from "../../atlas/csv-head.ts";
import { shownCell } from "../../page/cell-text.ts";
import { DataTable } from "../../page/data-table.tsx";

interface GridProps {
  readonly caption: string;
  /** Id of the heading that names the box. */
  readonly nameFrom?: string;
  readonly head: CsvHead;
  readonly sortable?: boolean;
}

/** Rows of a CSV file as a table. */
export function Grid({ caption, nameFrom, head: { columns, rows }, sortable = false }: GridProps) {
  const head = columns.map(({ name, numeric, amount = false }) => (numeric ? { numeric: name, amount } : name));
  return (
    <DataTable caption={caption} nameFrom={nameFrom} head={head} sortable={sortable}>
      {rows.map((row, i) => (
        <tr key={i}>
          {columns.map((column, j) => (
            <Cell key={column.name} column={column} value={row[j] ?? ""} />
          ))}
        </tr>
      ))}
    </DataTable>
  );
}

/** A shortened value shows all of it when the pointer is over it. */
function Cell({ column, value }: { readonly column: Column; readonly value: string }) {
  const { text, title } = shownCell(value, column);
  return (
    <td class={column.numeric ? "numeric" : undefined} title={title}>
      {text}
    </td>
  );
}
