/** @jsxRuntime automatic @jsxImportSource preact */
import type { Sheet } from "../../atlas/atlas.ts";
import { bytes } from "../../format.ts";
import { downloadOf, type Link } from "../../links.ts";
import { packedName } from "../../packing.ts";
import { DataTable } from "../../page/data-table.tsx";

/** Every file of an experiment with its size and checksum. */
export function Files({ sheet, link }: { readonly sheet: Sheet; readonly link: Link }) {
  return (
    <details class="fold">
      <summary>
        <h3>All files and checksums</h3> <span class="aside">{bytes(sheet.files.reduce((sum, file) => sum + file.bytes, 0))}</span>
      </summary>
      <DataTable caption={`Files of ${sheet.id}`} head={["File", { numeric: "Size" }, "SHA-256"]}>
        {sheet.files.map((record) => (
          <tr key={record.file}>
            <td>
              <a href={link(downloadOf(sheet.id, record))} download={packedName(record) !== record.file}>
                {record.file}
              </a>
            </td>
            <td class="numeric">{bytes(record.bytes)}</td>
            <td class="hash">
              <code>{record.sha256}</code>
            </td>
          </tr>
        ))}
      </DataTable>
    </details>
  );
}
