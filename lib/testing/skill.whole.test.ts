/** The skill for coding agents: its format, and that each of its commands works. */
import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { known } from "../stats/known.ts";
import { call } from "./call.ts";
import { project } from "./paths.ts";
import { homeOfTwoSessions } from "./two-session-home.ts";

const NAME = "trace-atlas";
const text = fs.readFileSync(project("skills", NAME, "SKILL.md"), "utf8");
const [, head = "", body = ""] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text) ?? [];

const PREFIX = "npx trace-atlas ";
const commands = [...body.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) => block.trim().split("\n"));

/** As https://agentskills.io/specification has it, which Claude Code and Codex follow. */
describe("the skill", () => {
  const fields = new Map(head.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]));

  it("has a name like its folder, a description that says when to use it, and no other field", () => {
    expect([...fields.keys()]).toEqual(["name", "description"]);
    expect(fields.get("name")).toBe(NAME);
    expect(NAME).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    const description = known(fields.get("description"));
    expect(description.length).toBeLessThanOrEqual(1024);
    expect(description).toContain("Use when");
    // YAML reads a plain text otherwise.
    expect(description).not.toMatch(/: | #|^[-?:,[\]{}#&*!|>'"%@`]/);
  });

  it("is short", () => expect(text.split("\n").length).toBeLessThan(150));

  it("has a section of commands for each way to answer", () => {
    const used = new Set(commands.map((line) => line.slice(PREFIX.length).split(" ", 1).join()));
    expect([...used]).toEqual(["report", "ask", "context", "explain", "diff", "publish"]);
    for (const name of used) expect(body).toContain(`\n## ${name}\n`);
    for (const line of commands) expect(line.startsWith(PREFIX)).toBe(true);
  });
});

describe("a command of the skill works", () => {
  const home = homeOfTwoSessions();

  it.each(commands)("%s", async (line) => {
    const words = [...line.slice(PREFIX.length).matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
    const placed = words.map((word) => ({ SESSION_A: "claude:a", SESSION_B: "codex:c", site: path.join(home.root, "site") })[word] ?? word);
    const isList = words.includes("--list");
    // One experiment shows that the pages are made.
    const rest = words[0] === "publish" ? ["--only", "trace_facts/overview_summary", "--work", path.join(home.root, "work")] : [];
    const { status, stdout, stderr } = await call(...placed, ...rest, ...(isList ? [] : ["--home", home.folder]));
    expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
    if (words[0] !== "publish") expect(stdout).not.toBe("");
    if (words.includes("--json")) expect(() => JSON.parse(stdout)).not.toThrow();
  });
});
