/** Puts text and pictures on the clipboard. */
import { fetched } from "./unpacked.ts";

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
  const type = "image/png";
  await navigator.clipboard.write([new ClipboardItem({ [type]: fetched(address).then((bytes) => new Blob([bytes], { type })) })]);
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
