import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pseudonyms } from "../trace/pseudonym.ts";
import { callPseudonym, looksLikePseudonym, roundPseudonym, sessionPseudonym, shapedPseudonym } from "./identifiers.ts";

const pseudonyms = new Pseudonyms(Buffer.from("a key of tests"));
const UUID = "739180b0-8fc1-445b-a7dc-b18ff0c6a3dd";
const UUID_SHAPE = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

describe("shapes of pseudonyms", () => {
  it.each([
    ["a hexadecimal message id", "msg_0123456789abcdef01", /^msg_[0-9a-f]{18}$/],
    ["a hexadecimal tool id", "toolu_0123456789abcdef", /^toolu_[0-9a-f]{16}$/],
    ["a message id of Anthropic", "msg_01RzQ9tZ5sUjFYypQPUBM3Qf", /^x_[0-9a-f]{16}$/],
    ["a tool id of Anthropic", "toolu_01GYKyxr6jCse4kFZB69NV6K", /^x_[0-9a-f]{16}$/],
    ["a short hexadecimal message id", "msg_abc", /^x_[0-9a-f]{16}$/],
    ["a call id", "call_AU3M6ORh28QNT14wsxxONC9T", /^call_[A-Za-z0-9]{24}$/],
    ["the shortest call id that holds enough", "call_12345678901", /^call_[A-Za-z0-9]{11}$/],
    ["a short call id", "call_ab", /^x_[0-9a-f]{16}$/],
    ["a UUID", UUID, new RegExp(`^${UUID_SHAPE}$`)],
    ["a UUID in capitals", UUID.toUpperCase(), new RegExp(`^${UUID_SHAPE}$`)],
    ["hexadecimal digits", "0123456789abcdef0123", /^[0-9a-f]{20}$/],
    ["few hexadecimal digits", "0123456789ab", /^x_[0-9a-f]{16}$/],
    ["a very long id", "f".repeat(1000), /^x_[0-9a-f]{16}$/],
    ["anything", "rollout of Monday", /^x_[0-9a-f]{16}$/],
    ["nothing", "", /^x_[0-9a-f]{16}$/],
  ])("%s", (_, id, shape) => {
    const pseudonym = shapedPseudonym(pseudonyms, "kind", id, "x_");
    expect(pseudonym).toMatch(shape);
    expect(pseudonym).not.toBe(id);
  });

  it.each([
    ["codex", `${UUID}:12`, new RegExp(`^${UUID_SHAPE}:12$`)],
    ["codex", "rollout-2026-04-30:0", /^turn_[0-9a-f]{16}:0$/],
    ["codex", "no number", /^round_[0-9a-f]{16}$/],
    ["claude", "msg_01RzQ9tZ5sUjFYypQPUBM3Qf", /^round_[0-9a-f]{16}$/],
    ["claude", "a:12", /^round_[0-9a-f]{16}$/],
  ])("rounds of %s: %s", (provider, id, shape) => {
    expect(roundPseudonym(pseudonyms, provider, id)).toMatch(shape);
  });

  it.each([
    ["claude", `claude:${UUID}`, new RegExp(`^claude:${UUID_SHAPE}$`)],
    ["codex", "anything", new RegExp(`^codex:${UUID_SHAPE}$`)],
    [undefined, `codex:${UUID}`, new RegExp(`^codex:${UUID_SHAPE}$`)],
    [null, "anything", new RegExp(`^session:${UUID_SHAPE}$`)],
    ["claude", `claude:${UUID}/subagents/agent-a1`, new RegExp(`^claude:${UUID_SHAPE}/subagents/agent-[0-9a-f]{16}$`)],
    ["claude", `claude:${UUID}/subagents/workflows/wf_1/agent-a1`, new RegExp(`^claude:${UUID_SHAPE}/subagents/agent-[0-9a-f]{16}$`)],
  ])("sessions of %s: %s", (provider, id, shape) => {
    expect(sessionPseudonym(pseudonyms, provider, id)).toMatch(shape);
  });

  it("of a sub-agent begins with that of its session", () => {
    const parent = sessionPseudonym(pseudonyms, "claude", `claude:${UUID}`);
    const agents = ["a", "b"].map((name) => sessionPseudonym(pseudonyms, "claude", `claude:${UUID}/subagents/agent-${name}`));
    expect(agents.map((agent) => agent.split("/subagents/")[0])).toEqual([parent, parent]);
    expect(agents[0]).not.toBe(agents[1]);
  });
});

const id = fc.oneof(
  fc.uuid(),
  fc.string(),
  fc.stringMatching(/^(msg_|toolu_|call_)[A-Za-z0-9]{1,40}$/),
  fc.stringMatching(/^[0-9a-f]{1,64}$/),
  fc.stringMatching(/^call_[ab]{1,3}$/),
);

describe("pseudonyms of ids", () => {
  it("are the same for the same id and only then", () => {
    fc.assert(
      fc.property(id, id, (a, b) => {
        expect(callPseudonym(pseudonyms, a) === callPseudonym(pseudonyms, b)).toBe(a === b);
        expect(sessionPseudonym(pseudonyms, "claude", a) === sessionPseudonym(pseudonyms, "claude", b)).toBe(a === b);
      }),
    );
  });

  it("keep their shape when made of pseudonyms, and are recognized by it", () => {
    fc.assert(
      fc.property(id, fc.constantFrom("claude", "codex"), (value, provider) => {
        const make = [
          (x: string) => callPseudonym(pseudonyms, x),
          (x: string) => roundPseudonym(pseudonyms, provider, x),
          (x: string) => sessionPseudonym(pseudonyms, provider, x),
        ];
        for (const pseudonym of make) {
          const once = pseudonym(value);
          const twice = pseudonym(once);
          expect([looksLikePseudonym(once), looksLikePseudonym(twice)]).toEqual([true, true]);
          expect(twice.length).toBe(once.length);
        }
      }),
    );
  });
});
