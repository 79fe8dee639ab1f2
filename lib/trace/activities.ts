/** What time in and around a session is spent on, as tables and figures name and color it. */
import { kindColor } from "../chart/palette.ts";

export const ACTIVITIES = ["human", "generation", "tool"] as const;
export type Activity = (typeof ACTIVITIES)[number];

export const ACTIVITY_TITLES: Readonly<Record<Activity, string>> = {
  human: "Human thinking",
  generation: "LLM generation",
  tool: "Tool execution",
};
/** The same in legends: a wait is not always time to think. */
export const ACTIVITY_LEGENDS: Readonly<Record<Activity, string>> = { ...ACTIVITY_TITLES, human: "Wait for the human" };
export const ACTIVITY_COLORS: Readonly<Record<Activity, string>> = {
  human: kindColor("human"),
  generation: kindColor("generation"),
  tool: kindColor("tool"),
};
/** Time that none of them accounts for. */
export const UNEXPLAINED = { title: "Not accounted for", color: kindColor("unknown") } as const;
