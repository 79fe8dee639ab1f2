/** `trace-atlas/format`: numbers, durations, labels and Markdown. */
export * from "./bin-columns.ts";
export * from "./counts.ts";
export * from "./coverage.ts";
export * from "./durations.ts";
export * from "./labels.ts";
export * from "./markdown.ts";
export * from "./numbers.ts";
export * from "./periods.ts";
export * from "./published.ts";
export * from "./tokens.ts";
