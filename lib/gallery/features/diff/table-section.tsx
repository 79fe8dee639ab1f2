/** @jsxRuntime automatic @jsxImportSource preact */
import { grouped } from "../../../format/numbers.ts";
import { counted } from "../../format.ts";
import { anchorOf, type Link } from "../../links.ts";
import { DataTable } from "../../page/data-table.tsx";
import { ChartGrid } from "./chart-grid.tsx";
import { changeText, effectText } from "./differences.tsx";
import type { Drawings } from "./draw.ts";
import { effectOf } from "./numbers.ts";
import { MOST_ROWS } from "./read.ts";
import type { NamedTableDiff } from "./runs.ts";
import type { CellDiff, TableDiff } from "./tables.ts";
import { valueText } from "./units.ts";

/** Keys that a page shows of rows that only one run has. */
const SHOWN_KEYS = 100;

interface TableSectionProps {
  readonly table: NamedTableDiff;
  readonly drawings: Drawings;
  readonly link: Link;
}

/** What differs between two tables of one name. */
export function TableSection({ table, drawings, link }: TableSectionProps) {
  const { title, before, after, diff, charts, notDrawn } = table;
  const id = anchorOf("table", table.name);
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{title}</h3>
      <p class="caption">{diff ? summaryOf(diff) : onlyText(before?.rows ?? null, after?.rows ?? null)}</p>
      <ChartGrid charts={charts} drawings={drawings} link={link} />
      {charts.length > 0 && notDrawn.length > 0 && (
        <p class="aside">
          Not drawn: <code>{notDrawn.join(", ")}</code>.
        </p>
      )}
      {diff && <TableChanges title={title} diff={diff} />}
    </section>
  );
}

function onlyText(before: number | null, after: number | null): string {
  if (before === null) return `Only the later run has this table (${counted(after ?? 0, "row")}).`;
  if (after === null) return `Only the earlier run has this table (${counted(before, "row")}).`;
  return `The files differ (${counted(before, "row")} before, ${grouped(after)} after). Tables above ${grouped(MOST_ROWS)} rows or 30 MB are not compared row by row.`;
}

function TableChanges({ title, diff }: { readonly title: string; readonly diff: TableDiff }) {
  const { keyColumns, cells, cellsChanged } = diff;
  const keyHead = keyColumns ?? ["row"];
  return (
    <>
      {cells.length > 0 && (
        <details>
          <summary>
            {cells.length < cellsChanged
              ? `The ${cells.length} largest of ${counted(cellsChanged, "changed value")}`
              : counted(cellsChanged, "changed value")}
          </summary>
          <div class="table">
            <DataTable
              caption={`Values of ${title} that differ`}
              head={[...keyHead, "Column", { numeric: "Before" }, { numeric: "After" }, { numeric: "Difference" }, { numeric: "Effect" }]}
            >
              {cells.map((cell, i) => (
                <tr key={i}>
                  {cell.key.map((text, j) => (
                    <td key={j}>{text}</td>
                  ))}
                  <CellChange cell={cell} />
                </tr>
              ))}
            </DataTable>
          </div>
        </details>
      )}
      <Keys title="Rows that only the later run has" columns={keyHead} keys={diff.rowsAdded} />
      <Keys title="Rows that only the earlier run has" columns={keyHead} keys={diff.rowsRemoved} />
    </>
  );
}

function CellChange({ cell: { column, before, after, number } }: { readonly cell: CellDiff }) {
  const textOf = (cell: string, value: number | undefined) => (value === undefined ? cell : valueText(value, number?.unit));
  return (
    <>
      <td>{column}</td>
      <td class="numeric" title={before}>
        {textOf(before, number?.before)}
      </td>
      <td class="numeric" title={after}>
        {textOf(after, number?.after)}
      </td>
      <td class="numeric">{number ? changeText(number) : ""}</td>
      <td class="numeric">{effectText(number && effectOf([number]))}</td>
    </>
  );
}

function summaryOf(diff: TableDiff): string {
  const { keyColumns, columnsAdded, columnsRemoved, rowsAdded, rowsRemoved, rowsChanged, cellsChanged, effect } = diff;
  const parts = [
    ...(rowsChanged === 0 && rowsAdded.length > 0 && rowsRemoved.length > 0 && effect === null ? ["No row is in both runs"] : []),
    ...(effect === null || effect === 0 ? [] : [`Effect ${effectText(effect)}`]),
    ...(rowsChanged > 0 ? [`${counted(rowsChanged, "row")} changed (${counted(cellsChanged, "value")})`] : []),
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
