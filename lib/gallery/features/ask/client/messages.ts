/** What the page says about an answer or an error. */
import type { Answer } from "./api.ts";

const count = new Intl.NumberFormat("en-US");

export function summaryOf({ rows, cut, seconds, columns }: Answer): string {
  const shape = `${count.format(rows)} ${rows === 1 ? "row" : "rows"}, ${columns.length} ${columns.length === 1 ? "column" : "columns"}`;
  const more = cut ? ` There are more: only the first ${count.format(rows)} are kept.` : "";
  return `${shape} in ${seconds.toFixed(seconds < 1 ? 2 : 1)} s.${more}`;
}

/** The engine's own words, without advice that doesn't apply here. */
export function plainWords(error: unknown): string {
  const text = messageOf(error);
  const firstLine = text.split("\n", 1)[0] ?? "";
  const extension = /exists in the (\w+) extension/.exec(text)?.[1];
  if (extension)
    return `${firstLine.replace(/^Catalog Error: /, "")} This engine comes without the ${extension} extension, and pages load nothing from elsewhere.`;
  if (/file system operations are disabled|external extensions is disabled/i.test(text))
    return "Queries can only read this page's tables: no files, no other addresses, no extensions.";
  if (/attached in read-only mode/.test(text)) return "These tables can't be changed. CREATE TEMP TABLE works.";
  if (/Out of Memory/i.test(text)) return `The query needs more memory than the browser has. ${firstLine}`;
  return text.trim().replace(/^(?:Parser|Binder|Catalog|Invalid Input|Conversion|Out of Range) Error: /, "");
}

/** The engine wraps errors of its parser in JSON. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (!text.startsWith('{"exception_type"')) return text;
  const { exception_message: message }: { exception_message: string } = JSON.parse(text);
  return message;
}
