/** Files of the page in the gallery. */
export const EXPLORE_FILE = "ask/explore.duckdb";
export const ENGINE_WASM = "assets/duckdb/duckdb-eh.wasm";
export const ENGINE_WORKER = "assets/duckdb/duckdb-browser-eh.worker.js";
