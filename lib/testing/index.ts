/** `trace-atlas/testing`: tiny pools, and experiments run on them. */
export * from "./pool.ts";
export { rowsOf, runOn } from "./run-on.ts";
