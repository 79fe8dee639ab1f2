/** The engine for browsers as files of the gallery: the console runs queries with it, and the home page computes what a visitor drops. */
import fs from "node:fs";
import { broughtFile } from "../../../files/program.ts";
import type { GalleryFolder } from "../../folder.ts";

export const ENGINE_WASM = "assets/duckdb/duckdb-eh.wasm.zst";
export const ENGINE_WORKER = "assets/duckdb/duckdb-browser-eh.worker.js.gz";

/** Bytes of a file before and after it is packed. */
export interface PackedSize {
  readonly bytes: number;
  readonly packed: number;
}

/** Of the package's engines the one for browsers with WebAssembly exceptions, which is all of today's. */
export async function placeEngine(folder: GalleryFolder): Promise<PackedSize> {
  const wasm = broughtFile("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm");
  await folder.placePacked(broughtFile("@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js"), ENGINE_WORKER);
  return { bytes: fs.statSync(wasm).size, packed: await folder.placePacked(wasm, ENGINE_WASM, { format: "zstd", level: 9 }) };
}
