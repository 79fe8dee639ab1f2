/** Collecting in a browser: the only part of this folder that pages may import. It uses nothing that only Node has. */
export { collectDropped, type DropReport, type DropSink, DropTooLarge, dropLines } from "./collect.ts";
export type { DroppedFile } from "./file.ts";
export type { DroppedTable } from "./kind.ts";
export { unpackDropped } from "./unpack.ts";
