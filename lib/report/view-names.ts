/** What usage can be reported by. */
export const VIEWS = ["day", "week", "month", "session", "project", "model", "tool", "helper", "block"] as const;
/** Or by a label of sessions. */
export type ViewName = (typeof VIEWS)[number] | "label";
