import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pseudonyms } from "../trace/pseudonym.ts";
import { callPseudonym, PATTERNS, roundPseudonym, sessionPseudonym, turnPseudonym } from "./identifiers.ts";

const pseudonyms = new Pseudonyms(Buffer.from("a key of tests"));
const UUID = "739180b0-8fc1-445b-a7dc-b18ff0c6a3dd";
const UUID_SHAPE = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

describe("shapes of pseudonyms", () => {
  it.each([
    [UUID, new RegExp(`^${UUID_SHAPE}$`)],
    [UUID.toUpperCase(), new RegExp(`^${UUID_SHAPE}$`)],
    ["rollout of Monday", /^turn_[0-9a-f]{16}$/],
    ["0123456789abcdef", /^turn_[0-9a-f]{16}$/],
  ])("turn %s", (id, shape) => {
    expect(turnPseudonym(pseudonyms, id)).toMatch(shape);
    expect(turnPseudonym(pseudonyms, id)).not.toBe(id);
  });

  it.each([
    [`${UUID}:12`, 12, new RegExp(`^${UUID_SHAPE}:12$`)],
    [`${UUID}:12`, 40, new RegExp(`^${UUID_SHAPE}:12$`)],
    ["rollout-2026-04-30:0", 0, /^turn_[0-9a-f]{16}:0$/],
    [`${UUID}:12`, 11, /^round_[0-9a-f]{16}$/],
    [`${UUID}:12`, null, /^round_[0-9a-f]{16}$/],
    ["x:5551234567", 3, /^round_[0-9a-f]{16}$/],
    ["x:007", 9, /^round_[0-9a-f]{16}$/],
    ["msg_01RzQ9tZ5sUjFYypQPUBM3Qf", 5, /^round_[0-9a-f]{16}$/],
  ])("round %s of step %j", (id, roundIndex, shape) => {
    expect(roundPseudonym(pseudonyms, id, roundIndex)).toMatch(shape);
  });

  it("a sub-agent's session begins with that of its parent", () => {
    const parent = sessionPseudonym(pseudonyms, "claude", `claude:${UUID}`);
    const agents = ["a", "workflows/wf_1/agent-b"].map((name) =>
      sessionPseudonym(pseudonyms, "claude", `claude:${UUID}/subagents/${name}`),
    );
    for (const agent of agents) expect(agent).toMatch(new RegExp(`^${parent}/subagents/agent-[0-9a-f]{16}$`));
    expect(agents[0]).not.toBe(agents[1]);
  });
});

const id = fc.oneof(
  fc.uuid(),
  fc.string(),
  fc.stringMatching(/^(msg_|toolu_|call_)[A-Za-z0-9]{1,40}$/),
  fc.stringMatching(/^[0-9a-f]{1,64}$/),
);

it("pseudonyms of ids are the same for the same id and only then, and have the patterns of published ids", () => {
  const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`);
  const makers: [(id: string) => string, RegExp][] = [
    [(value) => callPseudonym(pseudonyms, value), whole(PATTERNS.call)],
    [(value) => turnPseudonym(pseudonyms, value), whole(PATTERNS.turn)],
    [(value) => roundPseudonym(pseudonyms, value, 99), whole(PATTERNS.round)],
    [(value) => sessionPseudonym(pseudonyms, "codex", value), whole(PATTERNS.session)],
  ];
  fc.assert(
    fc.property(id, id, (a, b) => {
      for (const [make, pattern] of makers) {
        expect(make(a)).toMatch(pattern);
        expect(make(make(a))).toMatch(pattern);
        expect(make(a) === make(b)).toBe(a === b);
      }
    }),
  );
});
