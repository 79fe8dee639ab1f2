/** Puts text and pictures on the clipboard. */

/** Also on pages without an encrypted connection, where browsers offer the older way only. @throws Error where neither works */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copySelected(text);
  }
}

/** @throws Error where the browser does not let pages do that, or the file can't be read */
export async function copyPng(address: string): Promise<void> {
  await navigator.clipboard.write([new ClipboardItem({ "image/png": readFile(address).then((response) => response.blob()) })]);
}

/** @throws Error also on pages opened from disk, which may not read files and would say so on the console */
export async function readFile(address: string): Promise<Response> {
  if (location.protocol === "file:") throw new Error("pages opened from disk may not read files");
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} could not be loaded (${response.status})`);
  return response;
}

function copySelected(text: string): void {
  const field = document.createElement("textarea");
  const focused = document.activeElement;
  field.value = text;
  field.className = "unseen";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (focused instanceof HTMLElement) focused.focus();
  if (!copied) throw new Error("the browser does not let pages copy");
}
