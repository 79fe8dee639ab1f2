/** @jsxRuntime automatic */
/** @jsxImportSource preact */

import { grouped } from "../../format/numbers.ts";
import { PREVIEW_ROWS, type Sheet, type SheetTable } from "../atlas.ts";
import { type Column, shortNumber } from "../csv-head.ts";
import { bytes, counted } from "../format.ts";
import { anchorOf, fileOf, type Link } from "../links.ts";
import { Scroll } from "./scroll.tsx";

interface TablePreviewProps {
  readonly sheet: Sheet;
  readonly table: SheetTable;
  readonly number: number;
  readonly link: Link;
}

/** The head of a table, with the whole of it as a download. */
export function TablePreview({ sheet, table, number, link }: TablePreviewProps) {
  const anchor = anchorOf("table", table.name);
  return (
    <section class="table" id={anchor} aria-labelledby={`${anchor}-title`}>
      <h3 id={`${anchor}-title`}>
        <span class="number">Table {number}</span> {table.title}
      </h3>
      {table.caption && <p class="caption">{table.caption}</p>}
      {table.head.rows.length > 0 ? (
        <Grid table={table} labelledBy={`${anchor}-title`} />
      ) : (
        <p class="state state-empty">The table has no rows in this pool.</p>
      )}
      <ul class="downloads">
        <li>
          <a href={link(fileOf(sheet.id, table.file))} download>
            CSV
          </a>{" "}
          <span class="aside">{bytes(table.bytes)}</span>
        </li>
        <li class="aside">
          {counted(table.rows, "row")}, {counted(table.columns.length, "column")}
          {table.rows > PREVIEW_ROWS && `; the first ${PREVIEW_ROWS} are shown`}
        </li>
      </ul>
    </section>
  );
}

function Grid({ table, labelledBy }: { readonly table: SheetTable; readonly labelledBy: string }) {
  const { columns, rows } = table.head;
  return (
    <Scroll nameFrom={labelledBy}>
      <table>
        <caption>
          {table.title}: {rows.length < table.rows ? `first ${rows.length} of ${grouped(table.rows)} rows` : counted(table.rows, "row")}
        </caption>
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

/** What is shortened for the eye can be read in full by pointing at it. */
function Cell({ column, value }: { readonly column: Column; readonly value: string }) {
  if (!column.numeric) return <td title={value.length > WHOLE_TEXT_CHARACTERS ? value : undefined}>{value}</td>;
  const shown = shortNumber(value);
  return (
    <td class="numeric" title={shown === value ? undefined : value}>
      {shown}
    </td>
  );
}
