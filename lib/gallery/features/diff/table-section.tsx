/** @jsxRuntime automatic @jsxImportSource preact */
import { grouped } from "../../../format/numbers.ts";
import { shortNumber } from "../../atlas/csv-head.ts";
import { counted } from "../../format.ts";
import { anchorOf } from "../../links.ts";
import { DataTable } from "../../page/data-table.tsx";
import { relativeText, signed } from "./differences.tsx";
import { MOST_ROWS } from "./read.ts";
import type { NamedTableDiff } from "./runs.ts";
import type { CellDiff, TableDiff } from "./tables.ts";

/** Changed cells of a table that its page shows, and keys of rows that only one run has. */
const SHOWN_CELLS = 100;
const SHOWN_KEYS = 100;

/** What differs between two tables of one name. */
export function TableSection({ table }: { readonly table: NamedTableDiff }) {
  const { title, before, after, diff } = table;
  const id = anchorOf("table", table.name);
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{title}</h3>
      {diff ? <TableChanges title={title} diff={diff} /> : <p class="caption">{onlyText(before?.rows ?? null, after?.rows ?? null)}</p>}
    </section>
  );
}

function onlyText(before: number | null, after: number | null): string {
  if (before === null) return `Only the later run has this table (${counted(after ?? 0, "row")}).`;
  if (after === null) return `Only the earlier run has this table (${counted(before, "row")}).`;
  return `The files differ (${counted(before, "row")} before, ${grouped(after)} after). Tables above ${grouped(MOST_ROWS)} rows or 30 MB are not compared row by row.`;
}

function TableChanges({ title, diff }: { readonly title: string; readonly diff: TableDiff }) {
  const { keyColumns, cells } = diff;
  const shown = cells.slice(0, SHOWN_CELLS);
  const keyHead = keyColumns ?? ["row"];
  return (
    <>
      <p class="caption">{summaryOf(diff)}</p>
      {shown.length > 0 && (
        <div class="table">
          <DataTable
            caption={`Cells of ${title} that differ`}
            head={[...keyHead, "Column", { numeric: "Before" }, { numeric: "After" }, { numeric: "Difference" }, { numeric: "Relative" }]}
          >
            {shown.map((cell, i) => (
              <tr key={i}>
                {cell.key.map((text, j) => (
                  <td key={j}>{text}</td>
                ))}
                <CellChange cell={cell} />
              </tr>
            ))}
          </DataTable>
        </div>
      )}
      {shown.length < cells.length && (
        <p class="aside">
          The {SHOWN_CELLS} largest relative changes of {counted(cells.length, "changed cell")}.
        </p>
      )}
      <Keys title="Rows that only the later run has" columns={keyHead} keys={diff.rowsAdded} />
      <Keys title="Rows that only the earlier run has" columns={keyHead} keys={diff.rowsRemoved} />
    </>
  );
}

function CellChange({ cell: { column, before, after, number } }: { readonly cell: CellDiff }) {
  return (
    <>
      <td>{column}</td>
      <td class="numeric" title={before}>
        {shortNumber(before)}
      </td>
      <td class="numeric" title={after}>
        {shortNumber(after)}
      </td>
      <td class="numeric">{number ? signed(number.absolute) : ""}</td>
      <td class="numeric">{number ? relativeText(number) : ""}</td>
    </>
  );
}

function summaryOf({ keyColumns, columnsAdded, columnsRemoved, rowsAdded, rowsRemoved, rowsChanged, cells }: TableDiff): string {
  const parts = [
    ...(rowsChanged > 0 ? [`${counted(rowsChanged, "row")} changed (${counted(cells.length, "cell")})`] : []),
    ...(rowsAdded.length > 0 ? [`${grouped(rowsAdded.length)} added`] : []),
    ...(rowsRemoved.length > 0 ? [`${grouped(rowsRemoved.length)} removed`] : []),
    ...(columnsAdded.length > 0 ? [`added columns: ${columnsAdded.join(", ")}`] : []),
    ...(columnsRemoved.length > 0 ? [`removed columns: ${columnsRemoved.join(", ")}`] : []),
  ];
  const how =
    keyColumns === null
      ? " Rows have no key, so they are compared by position."
      : keyColumns.length > 0
        ? ` Rows are matched by ${keyColumns.join(", ")}.`
        : "";
  return `${parts.join("; ")}.${how}`;
}

function Keys({
  title,
  columns,
  keys,
}: {
  readonly title: string;
  readonly columns: readonly string[];
  readonly keys: readonly (readonly string[])[];
}) {
  if (keys.length === 0) return null;
  return (
    <details>
      <summary>
        {title}: {grouped(keys.length)}
      </summary>
      <ul>
        {keys.slice(0, SHOWN_KEYS).map((key, i) => (
          <li key={i}>{key.map((text, j) => `${columns[j]} ${text === "" ? "(empty)" : text}`).join(", ") || "its only row"}</li>
        ))}
        {keys.length > SHOWN_KEYS && <li>and {grouped(keys.length - SHOWN_KEYS)} more</li>}
      </ul>
    </details>
  );
}
