/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { FileRecord } from "../../../artifacts/artifacts.ts";
import type { Sheet } from "../../atlas/atlas.ts";
import { bytes } from "../../format.ts";
import { fileOf, type Link } from "../../links.ts";
import { Scroll } from "../../page/scroll.tsx";

/** Every file of an experiment with its size and checksum. */
export function Files({ sheet, link }: { readonly sheet: Sheet; readonly link: Link }) {
  return (
    <details class="fold">
      <summary>
        <h3>All files and checksums</h3> <span class="aside">{bytes(sheet.files.reduce((sum, file) => sum + file.bytes, 0))}</span>
      </summary>
      <Scroll name="Files and checksums">
        <table>
          <caption>Files of {sheet.id}</caption>
          <thead>
            <tr>
              <th scope="col">File</th>
              <th scope="col" class="numeric">
                Size
              </th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {sheet.files.map((file) => (
              <FileRow key={file.file} file={file} href={link(fileOf(sheet.id, file.file))} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}

function FileRow({ file, href }: { readonly file: FileRecord; readonly href: string }) {
  return (
    <tr>
      <td>
        <a href={href}>{file.file}</a>
      </td>
      <td class="numeric">{bytes(file.bytes)}</td>
      <td class="hash">
        <code>{file.sha256}</code>
      </td>
    </tr>
  );
}
