import { describe, expect, it } from "vitest";
import { fileStem, shortId } from "./sessions.ts";

describe("shortId", () => {
  it.each([
    ["codex:a611041f-625d-6fad-5e59-845850dc6543", "codex-63d37624f2"],
    ["claude:92ee5b8a-429c-e80b-5db6-5381512f4697", "claude-d924131fca"],
    ["claude:985ce830-b92e-8856-8506-c709b91a9a12", "claude-189e0125a7"],
    ["no colon", "session-35a9772273"],
  ])("%s is %s", (id, expected) => {
    expect(shortId(id)).toBe(expected);
  });
});

describe("fileStem", () => {
  it.each([
    ["claude:985ce830-b92e-8856-8506-c709b91a9a12", /^claude-189e0125a7$/],
    ["../<b>x</b>:1", /^session\.\._b_x_b_-[0-9a-f]{10}$/],
    ["_a_:1", /^a_-[0-9a-f]{10}$/],
    [":1", /^session-[0-9a-f]{10}$/],
    ["日本:1", /^session-[0-9a-f]{10}$/],
    [`${"long".repeat(50)}:1`, /^(long){30}$/],
  ])("%s", (id, expected) => {
    expect(fileStem(id)).toMatch(expected);
  });
});
