/** Options of `ask` with a model of the user's choice; docs/assistant.md describes them. */
import { flag, integer, text } from "../experiment.ts";
import { grouped } from "./options.ts";

export const modelOptions = grouped("With a model of your choice:", {
  modelUrl: text({ says: "Endpoint for chat completions, such as http://127.0.0.1:11434/v1; none is asked without it" }),
  model: text({ says: "Name of the model there" }),
  modelKey: text({ says: "Environment variable that holds the key of the endpoint" }),
  modelTimeout: integer({ says: "Seconds to wait for its reply", default: 120, min: 1, max: 3600 }),
  yes: flag({ says: "Send what is shown without asking" }),
  sendRows: flag({ says: "Also send rows of a reviewed answer, 20 at most and without names of projects, for a summary" }),
  save: text({ says: "Folder for the SQL of the model as a question to review, such as mine/cost/by_hour" }),
});

/** What needs `--model-url`. */
export const MODEL_ONLY = ["model", "modelKey", "modelTimeout", "yes", "sendRows", "save"] as const;
