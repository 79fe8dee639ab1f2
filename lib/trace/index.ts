/** `trace-atlas/trace`: vocabulary of a trace. */
export * from "./activities.ts";
export * from "./checks.ts";
export * from "./final-counts.ts";
export * from "./groups.ts";
export * from "./prices/listed.ts";
export * from "./prices/overrides.ts";
export * from "./prices/published.ts";
export * from "./prices/rate.ts";
export * from "./prices/step-cost.ts";
export * from "./scopes.ts";
export * from "./timeline.ts";
export * from "./tools.ts";
export * from "./triggers.ts";
