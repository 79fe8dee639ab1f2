import { describe, expect, it } from "vitest";
import type { JsonObject } from "../trace/exact-json.ts";
import { Pseudonyms } from "../trace/pseudonym.ts";
import { sanitizeDetails, sanitizeSession } from "./companions.ts";
import { codexRow, privateRow } from "./fixture.ts";
import { scan } from "./gate.ts";
import { sanitizeRow } from "./row.ts";

const pseudonyms = new Pseudonyms(Buffer.from("a key of tests"));
const HEX = /^[0-9a-f]{16}$/;

function sessionLine(overrides: JsonObject = {}): JsonObject {
  return {
    provider: "claude",
    session_id: `${privateRow().session_id}/subagents/agent-a1`,
    transcript_id: "0123456789abcdef",
    project: "-home-wilhelmina-atlas",
    user: "wilhelmina",
    store: ".claude",
    client_version: "2.1.37 2.1.38",
    originator: null,
    relation: "sub-agent",
    parent_session_id: privateRow().session_id as string,
    parent_tool_call_id: "toolu_01Gm8q5JySwxvrzqSKULT5P4",
    compaction_times: "2026-02-06T08:45:13.472Z 2026-02-06T09:45:13.472Z",
    first_at: "2026-02-06T08:45:13.472Z",
    cwd_pseudonym: "aaaaaaaaaaaaaaaa",
    git_branch_pseudonym: null,
    byte_count: 12,
    ...overrides,
  };
}

describe("a line of the sessions file", () => {
  it("has the pseudonyms of the rows", () => {
    const row = sanitizeRow(privateRow(), pseudonyms);
    const line = sanitizeSession(sessionLine(), pseudonyms);
    expect(line).toMatchObject({
      project: row.project,
      user: row.user,
      parent_session_id: row.session_id,
      parent_tool_call_id: (row.tools as JsonObject[])[0]?.tool_call_id,
      client_version: "2.1.37 2.1.38",
      originator: null,
      git_branch_pseudonym: null,
      byte_count: 12,
    });
    expect((line.session_id as string).split("/subagents/")[0]).toBe(row.session_id);
    expect(Object.keys(line)).toEqual(Object.keys(sessionLine()));
    for (const name of ["transcript_id", "cwd_pseudonym"]) {
      expect(line[name]).toMatch(HEX);
      expect(line[name]).not.toBe(sessionLine()[name]);
    }
    expect(scan(line, ["wilhelmina"])).toEqual([]);
  });

  it.each([
    ["client_version", "0.133.0-alpha.1", "0.133.0-alpha.1"],
    ["client_version", "v1.2", "v1.2"],
    ["client_version", "2.1.37 1.0.0-wilhelmina", /^2\.1\.37 version_[0-9a-f]{16}$/],
    ["client_version", "nightly of Monday", /^version_\w+ version_\w+ version_\w+$/],
    ["originator", "codex-tui", "codex-tui"],
    ["originator", "codex_exec", "codex_exec"],
    ["originator", "Codex Desktop", "Codex Desktop"],
    ["originator", "acme-runner", /^originator_[0-9a-f]{16}$/],
  ])("%s %s", (name, value, expected) => {
    const changed = sanitizeSession(sessionLine({ [name]: value }), pseudonyms)[name];
    if (typeof expected === "string") expect(changed).toBe(expected);
    else expect(changed).toMatch(expected);
  });
});

describe("a line of the details file", () => {
  it("has the pseudonyms of its row", () => {
    const row = codexRow();
    const clean = sanitizeRow(row, pseudonyms);
    const line = {
      trace_key: row.trace_key as string,
      transcript_id: "0123456789abcdef",
      response_id: "1123456789abcdef",
      request_id: null,
      service_tier: "standard",
      is_first_holder: true,
      first_holder_session_id: row.session_id as string,
    };
    const changed = sanitizeDetails(line, row, clean.trace_key as string, pseudonyms);
    expect(changed).toMatchObject({
      trace_key: clean.trace_key,
      first_holder_session_id: clean.session_id,
      request_id: null,
      is_first_holder: true,
    });
    expect(changed.transcript_id).toBe(sanitizeSession(sessionLine(), pseudonyms).transcript_id);
    expect(changed.response_id).toMatch(HEX);
    expect(changed.response_id).not.toBe(line.response_id);
    expect(scan(changed)).toEqual([]);
  });
});
