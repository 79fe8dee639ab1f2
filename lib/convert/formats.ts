/** The formats of other programs that can become rows. */
export const SOURCES = ["otlp", "langfuse", "agent-trace"] as const;
export type Source = (typeof SOURCES)[number];
