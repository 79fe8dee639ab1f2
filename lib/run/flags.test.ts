import { describe, expect, it } from "vitest";
import { choice, type Flags, flag, integer, list, number, text } from "../experiment.ts";
import { givenFlags, parseFlags } from "./flags.ts";

const flags = {
  maxGapSeconds: number({ default: 240, min: 0, says: "" }),
  topSessions: integer({ default: 6, min: 1, says: "" }),
  minOutputTokens: list(number({ says: "" }), { default: [2000, 4000] }),
  sessionId: list(text({ says: "" })),
  provider: choice(["claude", "codex"], { says: "" }),
  merged: flag({ says: "" }),
} as const satisfies Flags;

describe("parseFlags", () => {
  it.each([
    [
      "defaults",
      {},
      { maxGapSeconds: 240, topSessions: 6, minOutputTokens: [2000, 4000], sessionId: [], provider: undefined, merged: false },
    ],
    ["a number", { "max-gap-seconds": "0.5" }, { maxGapSeconds: 0.5 }],
    ["a list of numbers", { "min-output-tokens": ["1", "2"] }, { minOutputTokens: [1, 2] }],
    ["one of a list", { "session-id": "claude:1" }, { sessionId: ["claude:1"] }],
    ["a choice", { provider: "codex" }, { provider: "codex" }],
    ["a switch", { merged: true }, { merged: true }],
  ])("reads %s", (_, raw, expected) => {
    expect(parseFlags(flags, raw)).toMatchObject(expected);
  });

  it.each([
    ["text", { "max-gap-seconds": "soon" }, '--max-gap-seconds takes a number, not "soon".'],
    ["an empty word", { "max-gap-seconds": "" }, '--max-gap-seconds takes a number, not "".'],
    ["infinity", { "max-gap-seconds": "Infinity" }, '--max-gap-seconds takes a number, not "Infinity".'],
    ["a value below the bound", { "max-gap-seconds": "-1" }, "--max-gap-seconds must be at least 0, not -1."],
    ["a fraction", { "top-sessions": "2.5" }, "--top-sessions takes a whole number, not 2.5."],
    ["an unknown choice", { provider: "gemini" }, '--provider must be one of claude, codex, not "gemini".'],
    ["two values for one", { provider: ["claude", "codex"] }, "--provider was given 2 times (claude, codex); give it once."],
  ])("refuses %s", (_, raw, message) => {
    expect(() => parseFlags(flags, raw)).toThrow(message);
  });
});

describe("givenFlags", () => {
  it.each([
    ["nothing for defaults", {}, []],
    ["a default that was spelled out", { "top-sessions": "6" }, []],
    ["a list", { "min-output-tokens": ["1", "2"] }, ["--min-output-tokens", "1", "2"]],
    ["a switch", { merged: true }, ["--merged"]],
  ])("gives %s", (_, raw, expected) => {
    expect(givenFlags(flags, parseFlags(flags, raw))).toEqual(expected);
  });
});
