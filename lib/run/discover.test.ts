import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { experimentFolder, experimentIds, rootsWith } from "../artifacts/experiment-folders.ts";
import { loadExperiments, selectIds } from "./discover.ts";

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

describe("folders from elsewhere", () => {
  const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), "experiments-"));
  const write = (id: string, text: string) => {
    fs.mkdirSync(path.join(elsewhere, id), { recursive: true });
    fs.writeFileSync(path.join(elsewhere, id, "experiment.js"), text);
  };
  afterAll(() => fs.rmSync(elsewhere, { recursive: true, force: true }));

  it("need an experiment in them", () => {
    expect(() => rootsWith([elsewhere])).toThrow(`--experiments ${elsewhere}: found no experiment there`);
  });

  it("add theirs to the project's own, in the order of pages", async () => {
    write("mine/first", 'export default { id: "mine/first", needs: {}, run: async () => ({ tables: [] }) };');
    const roots = rootsWith([elsewhere, elsewhere]);
    expect(experimentIds(roots)).toEqual([...experimentIds(), "mine/first"]);
    expect(experimentFolder("mine/first", roots)).toBe(path.join(elsewhere, "mine/first"));
    expect(experimentFolder("mine/second", roots)).toBeNull();
    expect((await loadExperiments(["mine/first"], roots)).map(({ id }) => id)).toEqual(["mine/first"]);
  });

  it("may not hold a module that is something else", async () => {
    write("mine/other", "export const run = 1;");
    await expect(loadExperiments(["mine/other"], rootsWith([elsewhere]))).rejects.toThrow("does not export an experiment");
  });

  it("may not repeat an id", () => {
    write("session/session_token_steps", "");
    expect(() => experimentIds(rootsWith([elsewhere]))).toThrow(/^Two folders hold an experiment session\/session_token_steps: /);
  });
});
