import { describe, expect, it } from "vitest";
import { call } from "../testing/call.ts";

/** Lines of a terminal of 100 columns, which is also the width of a pipe. */
const TWO_SCREENS = 100;

describe("--help", () => {
  it("fits two screens, and names every command but no flag of an experiment", async () => {
    const { status, stdout } = await call("--help");
    expect(status).toBe(0);
    expect(stdout.split("\n").length).toBeLessThanOrEqual(TWO_SCREENS);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    for (const name of [
      "experiment",
      "collect",
      "convert",
      "sanitize",
      "build-db",
      "export",
      "replay",
      "map",
      "report",
      "context",
      "explain",
      "diff",
      "ask",
      "mcp",
      "validate",
      "gallery",
      "publish",
      "sidecar",
    ])
      expect(stdout).toMatch(new RegExp(`^  \\S.* ${name}\\b`, "m"));
    expect(stdout).not.toContain("--top-sessions");
    expect(stdout).toContain("A run also takes the flags of its experiments; experiment <id> --help shows them.");
    expect((await call("-h")).stdout).toBe(stdout);
  });

  it.each([
    [["collect"], /--home .*\[array\]/],
    [["convert"], /convert <files\.\.>/],
    [["sanitize"], /sanitize <trace>/],
    [["build-db"], /--db .*\[string\] \[required\]/],
    [["export"], /--format .*parquet/s],
    [["replay"], /--time-scale .*\n?.*\[number\] \[default: 1\]/],
    [["map"], /--shard .*k\/n/],
    [["report"], /report \[by\]/],
    [["context"], /context \[session\]/],
    [["ask"], /ask \[question\.\.\]/],
    [["explain"], /explain \[session\]/],
    [["diff"], /diff <a> <b> \[c\] \[d\]/],
    [["mcp"], /--allow-sql/],
    [["validate"], /--sanitized/],
    [["gallery"], /--port .*\n?.*\[number\] \[default: 8000\]/],
    [["publish"], /--out .*\n?.*\[default: site\]/],
    [["experiment"], /experiment <id>/],
    [["sidecar"], /sidecar redraw <png>/],
    [["sidecar", "list"], /--all/],
    [["sidecar", "show"], /key .*list shows it/],
    [["sidecar", "extract"], /-o, --output /],
    [["sidecar", "verify"], /manifest/],
    [["sidecar", "redraw"], /--force/],
  ])("of %j", async (words, text) => {
    const { status, stdout, stderr } = await call(...words, "--help");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(text);
  });

  it.each([
    [["session/session_token_steps"]],
    [["session_token_steps"]],
    [["experiment", "session/session_token_steps"]],
    [["experiment", "experiments/session/session_token_steps"]],
  ])("of %j: title, question and flags with types and defaults", async (words) => {
    const { stdout } = await call(...words, "--help");
    expect(stdout).toContain("Token steps of single sessions. Inside one session,");
    expect(stdout).toMatch(/--top-sessions .*\[number\] \[default: 6\]/);
    expect(stdout).toMatch(/--max-user-input-fraction .*\n?.*\[number\] \[default: 0\.7\]/);
  });
});

it("--version", async () =>
  expect(await call("--version")).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" }));
