/**
 * Source files as one text: JSON from path to content. Compressed together they take less room, and their paths, by which they
 * import one another, may be longer than the keyword of a PNG text.
 */
import { isObject } from "../files/json.ts";
import { CODE_KEY, PREFIX } from "./keys.ts";
import { MAX_TEXT_CHUNKS } from "./limits.ts";
import { type EmbeddedText, type Sidecar, sidecarEntries } from "./read.ts";
import { countCodePoints } from "./text-chunks.ts";

export function codeText(files: readonly { readonly path: string; readonly text: string }[]): string {
  return `${JSON.stringify(Object.fromEntries(files.map(({ path, text }) => [path, text])), null, 1)}\n`;
}

/** The entries of a sidecar, by keyword, with each source file as an entry of its own: `code/experiments/a/b/chart.ts`. */
export function unpackedEntries(sidecar: Sidecar): (EmbeddedText & { readonly key: string })[] {
  return sidecarEntries(sidecar)
    .flatMap((entry) => (entry.key === CODE_KEY ? (filesIn(entry.text) ?? [entry]) : [entry]))
    .sort((a, b) => (a.keyword < b.keyword ? -1 : 1));
}

/** Null for a text of another kind: anyone may have written it. */
function filesIn(text: string): (EmbeddedText & { readonly key: string })[] | null {
  const files = Object.entries(parsed(text) ?? {});
  if (files.length === 0 || files.length > MAX_TEXT_CHUNKS) return null;
  const entries = files.flatMap(([path, content]) => (typeof content === "string" ? [entryOf(`code/${path}`, content)] : []));
  return entries.length === files.length ? entries : null;
}

function parsed(text: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : null;
  } catch {
    return null;
  }
}

function entryOf(key: string, text: string): EmbeddedText & { readonly key: string } {
  return { keyword: `${PREFIX}${key}`, key, text, chars: countCodePoints(text) };
}
