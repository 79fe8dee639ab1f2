import { describe, expect, it } from "vitest";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import { selectIds } from "./discover.ts";

const ids = [
  "session/session_token_steps",
  "tool_calls/tool_call_counts",
  "tool_calls/tool_time_by_kind",
  "tool_calls/claude_long_tool_calls",
];

describe("selectIds", () => {
  it.each([
    ["no pattern", [], ids],
    ["a category", ["tool_calls"], ids.slice(1)],
    ["a name", ["session_token_steps"], [ids[0]]],
    ["a full id", ["tool_calls/tool_call_counts"], [ids[1]]],
    ["a name prefix within a category", ["tool_calls/tool"], [ids[1], ids[2]]],
    ["slashes at the ends", ["/session/"], [ids[0]]],
    ["several patterns, in the order of the atlas", ["tool_time_by_kind,session"], [ids[0], ids[2]]],
  ])("takes %s", (_, patterns, expected) => {
    expect(selectIds(ids, patterns)).toEqual(expected);
  });

  it("refuses a pattern that matches nothing", () => {
    expect(() => selectIds(ids, ["nope"])).toThrow("--only nope matches no experiment");
  });
});

it("finds experiments by their folder", () => {
  expect(experimentIds()).toContain("session/session_token_steps");
});
