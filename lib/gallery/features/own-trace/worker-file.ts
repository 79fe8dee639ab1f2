/** The worker of the home page as a file of the gallery. It is the largest script, so it is packed. */
import type { GalleryFolder } from "../../folder.ts";
import { zstdPacked } from "../../packer.ts";
import { pageScripts } from "../../scripts.ts";
import { OWN_TRACE_SCRIPT, OWN_TRACE_WORKER } from "./zone.tsx";

export async function placeOwnTraceWorker(folder: GalleryFolder): Promise<void> {
  const scripts = await pageScripts([OWN_TRACE_SCRIPT]);
  for (const text of scripts.values()) folder.write(OWN_TRACE_WORKER, await zstdPacked(text, 9));
}
