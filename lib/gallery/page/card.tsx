/** @jsxRuntime automatic @jsxImportSource preact */
import type { Sheet, SheetTable } from "../atlas/atlas.ts";
import { counted } from "../format.ts";
import type { Link } from "../links.ts";
import { shownCell } from "./cell-text.ts";
import { Facts } from "./facts.tsx";
import { PictureImages, pictureClass } from "./figure-picture.tsx";
import { StateNote } from "./state-note.tsx";

const PANEL_NUMBERS = 4;
const TABLE_COLUMNS = 3;
const TABLE_ROWS = 6;

interface CardProps {
  readonly sheet: Sheet;
  readonly link: Link;
}

/** An experiment: the first thing it has to show, what it asks and its numbers. In a list, a style sheet makes a row of it. */
export function Card({ sheet, link }: CardProps) {
  const isShown = sheet.state.kind === "shown";
  return (
    <li class={`card card-${sheet.state.kind}`} {...filterValues(sheet)}>
      {isShown && <Panel sheet={sheet} link={link} />}
      <div class="card-text">
        <p class="mark">{sheet.mark}</p>
        <h3>
          <a href={link(sheet.page)}>{sheet.title}</a>
        </h3>
        {sheet.question && <p class="card-question">{sheet.question}</p>}
        <StateNote state={sheet.state} />
        {isShown && <Facts class="headlines" facts={sheet.headlines} />}
        {isShown && <p class="card-contents">{contentsOf(sheet)}</p>}
      </div>
    </li>
  );
}

/** What the list of the atlas is filtered and sorted by. */
function filterValues(sheet: Sheet) {
  return {
    "data-category": sheet.category,
    "data-kinds": kindsOf(sheet).join(" "),
    "data-providers": providersOf(sheet).join(" "),
    "data-figures": sheet.figures.length,
    "data-rows": sheet.tables.reduce((sum, { rows }) => sum + rows, 0),
  };
}

function kindsOf({ category, figures, tables }: Sheet): string[] {
  return [figures.length > 0 && "figures", tables.length > 0 && "tables", category === "validation" && "checks"].filter(
    (kind) => kind !== false,
  );
}

/** Providers that the first rows of its tables name; all of them where no table has such a column. */
function providersOf({ tables }: Sheet): string[] {
  const named = tables.flatMap(({ head: { columns, rows } }) => {
    const column = columns.findIndex(({ name }) => name === "provider");
    return column < 0 ? [] : rows.map((row) => row[column] ?? "");
  });
  return [...new Set(named)].filter((name) => name !== "" && name !== "all");
}

function contentsOf({ figures, tables, documents }: Sheet): string {
  const parts = [
    [figures.length, "figure"],
    [tables.length, "table"],
    [documents.length, "document"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, noun]) => counted(count, noun))
    .join(", ");
}

/** The top of a card: a figure if there is one, else numbers, else the corner of a table, else names of documents. */
function Panel({ sheet: { thumbnail, headlines, tables, documents }, link }: CardProps) {
  if (thumbnail) {
    return (
      <div class={pictureClass("panel panel-picture", thumbnail)}>
        <PictureImages picture={thumbnail} link={link} loading="lazy" />
      </div>
    );
  }
  if (headlines.length > 0) return <Facts class="panel panel-numbers" facts={headlines.slice(0, PANEL_NUMBERS)} />;
  const table = tables.find(({ rows }) => rows > 0);
  if (table) return <TableCorner table={table} />;
  return (
    <p class="panel panel-documents" aria-hidden="true">
      {documents.map(({ file }) => (
        <code key={file}>{file}</code>
      ))}
    </p>
  );
}

/** Hidden from screen readers: the whole table is on the experiment's page. */
function TableCorner({ table }: { readonly table: SheetTable }) {
  const columns = table.head.columns.slice(0, TABLE_COLUMNS);
  return (
    <div class="panel panel-table" aria-hidden="true">
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.name} class={column.numeric ? "numeric" : undefined}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.head.rows.slice(0, TABLE_ROWS).map((row, i) => (
            <tr key={i}>
              {columns.map((column, j) => (
                <td key={column.name} class={column.numeric ? "numeric" : undefined}>
                  {shownCell(row[j] ?? "", column).text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
