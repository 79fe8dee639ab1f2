/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Headline } from "../../../experiment.ts";
import type { Sheet, SheetTable } from "../../atlas/atlas.ts";
import { shortNumber } from "../../atlas/csv-head.ts";
import type { Thumbnail } from "../../atlas/thumbnails.ts";
import type { Link } from "../../links.ts";
import { Facts } from "../../page/facts.tsx";

/** The top of a card: a figure if there is one, else numbers, else the corner of a table, else names of documents. */
export type Panel =
  | { readonly kind: "picture"; readonly thumbnail: Thumbnail }
  | { readonly kind: "numbers"; readonly headlines: readonly Headline[] }
  | { readonly kind: "table"; readonly table: SheetTable }
  | { readonly kind: "documents"; readonly files: readonly string[] }
  | { readonly kind: "none" };

const NUMBERS = 4;
const TABLE_COLUMNS = 3;
const TABLE_ROWS = 6;

export function panelOf(sheet: Sheet): Panel {
  if (sheet.state.kind !== "shown") return { kind: "none" };
  if (sheet.thumbnail) return { kind: "picture", thumbnail: sheet.thumbnail };
  if (sheet.headlines.length > 0) return { kind: "numbers", headlines: sheet.headlines.slice(0, NUMBERS) };
  const table = sheet.tables.find((candidate) => candidate.rows > 0);
  if (table) return { kind: "table", table };
  return { kind: "documents", files: sheet.documents.map((document) => document.file) };
}

export function CardPanel({ panel, link }: { readonly panel: Panel; readonly link: Link }) {
  switch (panel.kind) {
    case "picture":
      return <Picture thumbnail={panel.thumbnail} link={link} />;
    case "numbers":
      return <Facts class="panel panel-numbers" facts={panel.headlines} />;
    case "table":
      return <TableCorner table={panel.table} />;
    case "documents":
      return (
        <p class="panel panel-documents" aria-hidden="true">
          {panel.files.map((file) => (
            <code key={file}>{file}</code>
          ))}
        </p>
      );
    case "none":
      return null;
    default:
      return panel satisfies never;
  }
}

function Picture({ thumbnail, link }: { readonly thumbnail: Thumbnail; readonly link: Link }) {
  return (
    <div class={`panel panel-picture ${thumbnail.dark ? "has-dark" : ""}`}>
      <picture>
        {thumbnail.dark && <source data-dark srcset={link(thumbnail.dark)} media="(prefers-color-scheme: dark)" />}
        <img src={link(thumbnail.file)} width={thumbnail.width} height={thumbnail.height} alt={thumbnail.alt} loading="lazy" />
      </picture>
    </div>
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
                  {column.numeric ? shortNumber(row[j] ?? "") : row[j]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
