/** @jsxRuntime automatic @jsxImportSource preact */
import { counted } from "../../format.ts";
import type { ExploreTable } from "./explore.ts";

/** Names, meaning and columns of tables. */
export function TableList({
  title,
  tables,
  open,
}: {
  readonly title: string;
  readonly tables: readonly ExploreTable[];
  readonly open?: string;
}) {
  if (tables.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      {tables.map((table) => (
        <details key={table.name} class="ask-table" open={table.name === open}>
          <summary>
            <code>{table.name}</code> <span class="aside">{counted(table.rows, "row")}</span>
          </summary>
          {table.about && <p class="aside">{table.about}</p>}
          <dl>
            {table.columns.map(({ name, type }) => (
              <div key={name}>
                <dt>
                  <code>{name}</code>
                </dt>
                <dd>{type.toLowerCase()}</dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </>
  );
}
