/** What usage can be reported by. */
export const VIEWS = ["day", "week", "month", "session", "project", "model", "tool", "helper", "block"] as const;
export type ViewName = (typeof VIEWS)[number];
