import { expect, it } from "vitest";
import { recognize } from "./recognize.ts";

const NAMES = {
  providers: ["claude", "codex"],
  models: ["claude-opus-4-6", "gpt-5.5"],
  projects: [],
  tools: ["Bash", "Read"],
};

it.each([
  ["how fast is opus", { model: "*opus*" }],
  ["how fast is opus compared to gpt-5.5", {}],
  ["claude or codex: which costs more", {}],
  ["codex, and codex alone", { provider: "codex" }],
  ["errors of Bash and Read with opus", { model: "*opus*" }],
])("%s", (asked, values) => {
  expect(recognize(asked, NAMES, new Date("2026-02-01")).values).toEqual(values);
});
