/** What a step does, by its calls, as the relation `step_activity` has it and tables and figures name and color it. */
import { seriesColor } from "../chart/palette.ts";

export const STEP_ACTIVITIES = ["explore", "edit", "run", "delegate", "plan", "other", "answer"] as const;
export type StepActivity = (typeof STEP_ACTIVITIES)[number];

/** What a tool is for, as in the relation `tool_activity`. */
export type ToolActivity = Exclude<StepActivity, "answer">;
export const TOOL_ACTIVITIES: readonly ToolActivity[] = STEP_ACTIVITIES.filter((activity) => activity !== "answer");

export const STEP_ACTIVITY_TITLES: Readonly<Record<StepActivity, string>> = {
  explore: "Exploring",
  edit: "Editing",
  run: "Running commands",
  delegate: "Delegating",
  plan: "Planning",
  other: "Other tools",
  answer: "Answering",
};

export const STEP_ACTIVITY_COLORS: Readonly<Record<StepActivity, string>> = {
  explore: seriesColor(2),
  edit: seriesColor(0),
  run: seriesColor(1),
  delegate: seriesColor(3),
  plan: seriesColor(6),
  other: seriesColor(4),
  answer: seriesColor(5),
};

/** For the column of a table. */
export const STEP_ACTIVITY_SAYS =
  "What the steps do, the first that one of their calls is: `delegate` (helpers), `edit` (files), `run` (a shell), `explore` (read, search, web), `plan`, `other`; `answer` without calls";
