/** Helpers of Claude Code are read wherever it keeps their transcripts, and linked to who started them. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { SessionLine } from "../trace/companions.ts";
import { HELPERS_SESSION, helperId, writeClaudeHelpers } from "./claude-helpers-fixture.ts";
import { Home, parseLines } from "./fixture.ts";

let home: Home;
beforeEach(() => {
  home = new Home();
  writeClaudeHelpers(home);
});
afterEach(() => home.remove());

const MAIN = `claude:${HELPERS_SESSION}`;

it("helpers next to each other, nested and of workflows are read once, with parent, call and type", async () => {
  await home.collect();
  const steps = new Map<string, number>();
  for (const { session_id } of home.rows()) steps.set(session_id, (steps.get(session_id) ?? 0) + 1);
  expect(Object.fromEntries(steps)).toEqual({
    [MAIN]: 3,
    [helperId("agent-a1")]: 2,
    [helperId("agent-b2")]: 2,
    [helperId("agent-a1/subagents/agent-c3")]: 1,
    [helperId("workflows/wf_7/agent-d4")]: 1,
    [helperId("workflows/wf_7/agent-e5")]: 1,
  });
  const lines = parseLines<SessionLine>(home.output.replace(/\.jsonl$/, ".sessions.jsonl"));
  const links = lines.map(({ session_id, relation, parent_session_id, parent_tool_call_id, agent_type }) => ({
    [session_id]: [relation, parent_session_id, parent_tool_call_id, agent_type],
  }));
  expect(Object.assign({}, ...links)).toEqual({
    [MAIN]: ["main", null, null, null],
    [helperId("agent-a1")]: ["sub-agent", MAIN, "toolu_a1", "Explore"],
    [helperId("agent-b2")]: ["sub-agent", helperId("agent-a1"), "toolu_b2", "Reader"],
    [helperId("agent-a1/subagents/agent-c3")]: ["sub-agent", helperId("agent-a1"), "toolu_c3", "Reader"],
    [helperId("workflows/wf_7/agent-d4")]: ["sub-agent", MAIN, null, null],
    [helperId("workflows/wf_7/agent-e5")]: ["sub-agent", MAIN, null, null],
  });
});
