/** @jsxRuntime automatic @jsxImportSource preact */

import { grouped } from "../../../format/numbers.ts";
import { PREVIEW_ROWS, type Sheet, type SheetTable } from "../../atlas/atlas.ts";
import { renderPhrase } from "../../atlas/readme.ts";
import { bytes, counted } from "../../format.ts";
import { anchorOf, downloadOf, type Link } from "../../links.ts";
import { Download } from "../../page/download.tsx";
import { Phrase } from "../../page/prose.tsx";
import { AskThis } from "./ask-this.tsx";
import { Grid } from "./grid.tsx";

interface TablePreviewProps {
  readonly sheet: Sheet;
  readonly table: SheetTable;
  readonly number: number;
  /** Address of what made it, or of itself, in the SQL console. */
  readonly query: string | null;
  readonly link: Link;
}

/** The first rows of a table, and the whole of it as a download. */
export function TablePreview({ sheet, table, number, query, link }: TablePreviewProps) {
  const anchor = anchorOf("table", table.name);
  return (
    <section
      class="table"
      id={anchor}
      aria-labelledby={`${anchor}-title`}
      data-rows={table.rows}
      data-bytes={table.bytes}
      data-csv={link(downloadOf(sheet.id, table))}
    >
      <h3 id={`${anchor}-title`}>
        <span class="number">Table {number}</span> {table.title}
      </h3>
      {table.caption && <p class="caption">{table.caption}</p>}
      {table.head.rows.length > 0 ? (
        <Grid nameFrom={`${anchor}-title`} caption={captionOf(table)} head={table.head} sortable />
      ) : (
        <p class="state state-empty">This table has no rows for this pool.</p>
      )}
      <ul class="downloads">
        <Download href={link(downloadOf(sheet.id, table))} name="CSV">
          {bytes(table.bytes)}
        </Download>
        {query !== null && (
          <li>
            <AskThis href={query} about={table.title} />
          </li>
        )}
        <li class="aside">
          {counted(table.rows, "row")}, {counted(table.columns.length, "column")}
          {table.rows > PREVIEW_ROWS && `; first ${PREVIEW_ROWS} shown`}
        </li>
      </ul>
      <Columns columns={table.columns} />
    </section>
  );
}

/** The meaning, type and unit of each column. */
function Columns({ columns }: { readonly columns: SheetTable["columns"] }) {
  return (
    <details class="fold columns">
      <summary>
        <h4>Columns</h4> <span class="aside">{columns.length}</span>
      </summary>
      <dl>
        {columns.map(({ name, says, unit, type }) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd>
              <Phrase body={renderPhrase(says)} />
            </dd>
            <dd class="aside">{[type, unit].filter(Boolean).join(", ")}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function captionOf({ title, head, rows }: SheetTable): string {
  return `${title}: ${head.rows.length < rows ? `first ${head.rows.length} of ${grouped(rows)} rows` : counted(rows, "row")}`;
}
