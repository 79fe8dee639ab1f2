import { expect, it } from "vitest";
import { completionsOf } from "./completion.ts";

const NAMES = ["rounds", "tool_calls", "round_pk", "provider"];

it.each([
  ["SELECT * FROM ro", ["rounds", "round_pk", "round"]],
  ["SELECT * FROM RO", ["rounds", "round_pk", "round"]],
  ["SELECT prov", ["provider"]],
  ["sel", ["SELECT"]],
  ["SELECT r", []],
  ["SELECT rounds", []],
  ["-- pro", []],
  ["WHERE provider = 'pro", []],
  ["WHERE provider = 'claude' AND pro", ["provider"]],
  ["SELECT ", []],
])("%j is completed with %j", (text, names) => {
  expect(completionsOf(text, NAMES).names).toEqual(names);
});

it("the word begins where it is replaced", () => {
  expect(completionsOf("SELECT prov", NAMES).start).toBe("SELECT ".length);
});
