/** The page with the list of sessions, which come as a script, so that the page works from disk. */
import { unpackedJson } from "../../../page/client/unpacked.ts";
import type { ListEntry } from "../list.ts";
import { startList } from "./list-view.ts";

declare global {
  /** What the script with the list leaves behind, packed. */
  var traceAtlasSessions: string | undefined;
}

// The list's own script comes after this one.
addEventListener("DOMContentLoaded", async () => {
  const place = document.querySelector<HTMLElement>("[data-session-list]");
  const packed = globalThis.traceAtlasSessions;
  if (place && packed !== undefined) startList(place, await unpackedJson<readonly ListEntry[]>(packed));
});
