/** @jsxRuntime automatic @jsxImportSource preact */
import { counted } from "../../format.ts";
import type { ExploreTable } from "./explore.ts";

interface TableListProps {
  readonly title: string;
  readonly tables: readonly ExploreTable[];
  readonly open?: string;
}

/** Names, meaning and columns of tables. A script makes the names insertable. */
export function TableList({ title, tables, open }: TableListProps) {
  const filled = tables.filter(({ rows }) => rows > 0);
  if (filled.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      {filled.map((table) => (
        <details key={table.name} class="ask-table" open={table.name === open}>
          <summary>
            <code>{table.name}</code> <span class="aside">{counted(table.rows, "row")}</span>
          </summary>
          {table.about && <p class="aside">{table.about}</p>}
          <dl>
            <Name name={table.name} type="table" />
            {table.columns.map(({ name, type }) => (
              <Name key={name} name={name} type={type.toLowerCase()} />
            ))}
          </dl>
        </details>
      ))}
    </>
  );
}

function Name({ name, type }: { readonly name: string; readonly type: string }) {
  return (
    <div>
      <dt>
        <code data-ask-insert>{name}</code>
      </dt>
      <dd>{type}</dd>
    </div>
  );
}

/** Tables without rows, and why they have none. */
export function EmptyTables({ tables }: { readonly tables: readonly ExploreTable[] }) {
  const empty = tables.filter(({ rows }) => rows === 0);
  if (empty.length === 0) return null;
  return (
    <>
      <h3>Empty in this pool</h3>
      <p class="aside">This pool has no rows for these. Some are only filled when transcripts are collected.</p>
      <ul class="aside ask-empty">
        {empty.map(({ name, about }) => (
          <li key={name}>
            <code>{name}</code> {about}
          </li>
        ))}
      </ul>
    </>
  );
}
