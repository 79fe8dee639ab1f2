/** @jsxRuntime automatic @jsxImportSource preact */
import { counted } from "../../format.ts";
import type { ExploreTable } from "./explore.ts";

interface TablesProps {
  readonly tables: readonly ExploreTable[];
}

/** The trace itself, the first table open. */
export function TraceTables({ tables }: TablesProps) {
  const filled = tables.filter(({ rows }) => rows > 0);
  if (filled.length === 0) return null;
  return (
    <>
      <h3>The trace</h3>
      {filled.map((table, i) => (
        <TableEntry key={table.name} table={table} open={i === 0} />
      ))}
    </>
  );
}

/** Tables that were made of the trace; most experiments have their own, so they are folded. */
export function DerivedTables({ tables }: TablesProps) {
  const filled = tables.filter(({ rows }) => rows > 0);
  if (filled.length === 0) return null;
  return (
    <details class="ask-derived">
      <summary>
        <h3>Derived from it</h3> <span class="aside">{counted(filled.length, "table")}</span>
      </summary>
      {filled.map((table) => (
        <TableEntry key={table.name} table={table} />
      ))}
    </details>
  );
}

/** Name, meaning and columns of a table. A script makes the names insertable. */
function TableEntry({ table, open = false }: { readonly table: ExploreTable; readonly open?: boolean }) {
  return (
    <details class="ask-table" open={open}>
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
