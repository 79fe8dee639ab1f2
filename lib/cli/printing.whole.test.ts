/** Names from outside, in whatever a command prints. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { claudeTurn, Home, jsonLines } from "../collect/fixture.ts";
import { buildDatabase } from "../db/build/build.ts";
import { codexRow } from "../sanitize/fixture.ts";
import { join, onePixel } from "../sidecar/fixture.ts";
import { buildChunk } from "../sidecar/png.ts";
import { call } from "../testing/call.ts";

/** Clears a screen, sets a title, begins a line, turns the direction of text. */
const HOSTILE = "x\u001b[2J\u001b]0;title\u0007\r\nWrote all.\u202e\u009b31m";
const STEERING = /(?!\n)[\p{Cc}\p{Bidi_Control}]|^Wrote all/mu;

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "printing-")));
afterAll(() => fs.rmSync(root, { recursive: true }));
const at = (...names: string[]) => path.join(root, ...names);
const evil = (extension: string) => at(`${HOSTILE}${extension}`);
const home = new Home(at("homes"));

beforeAll(async () => {
  fs.writeFileSync(evil(".jsonl"), jsonLines([codexRow({ [HOSTILE]: 1, model: HOSTILE })]));
  fs.writeFileSync(evil(".broken.jsonl"), `{"${"x".repeat(10)}\n`);
  fs.writeFileSync(evil(".png"), onePixel([buildChunk("tEXt", join("sidecar:\u001b[2J\u009b31m\0text"))]));
  fs.mkdirSync(evil(".home"));
  fs.mkdirSync(path.join(evil(".experiments"), HOSTILE, "one"), { recursive: true });
  fs.writeFileSync(path.join(evil(".experiments"), HOSTILE, "one", "experiment.ts"), `throw new Error(${JSON.stringify(HOSTILE)});\n`);
  home.write(home.claude(HOSTILE, ".claude", HOSTILE), [
    ...claudeTurn("a", 0),
    { type: HOSTILE, timestamp: "2026-01-01T00:00:00Z", version: HOSTILE },
    "no record" as never,
  ]);
  home.write(home.claude("torn", ".claude", HOSTILE), `{"type":"user",\n${jsonLines(claudeTurn("b", 9))}`);
  await buildDatabase({ inputs: [evil(".jsonl")], db: evil(".duckdb") });
});

describe("no name from outside steers the terminal, and each is shown", () => {
  it.each<[string, () => string[]]>([
    ["collect", () => ["collect", "--home", home.folder, "-o", evil(".out.jsonl")]],
    ["collect --json", () => ["collect", "--home", home.folder, "-o", evil(".out.jsonl"), "--json"]],
    ["collect --dry-run", () => ["collect", "--home", evil(".home"), "--dry-run"]],
    ["collect: no such home", () => ["collect", "--home", evil(".absent"), "-o", at("none.jsonl")]],
    ["build-db", () => ["build-db", "--input", evil(".jsonl"), "--db", at("built.duckdb")]],
    ["build-db: a bad line", () => ["build-db", "--input", evil(".broken.jsonl"), "--db", at("built.duckdb")]],
    ["a run", () => ["--db", evil(".duckdb"), "--only", "trace_facts/overview_summary", "--out", evil(".out"), "--no-gallery"]],
    ["a run without its input", () => ["--input", evil(".absent.jsonl"), "--only", "trace_facts/overview_summary", "--out", at("out")]],
    ["a run --dry-run", () => ["--db", evil(".duckdb"), "--only", "trace_facts/overview_summary", "--out", evil(".out"), "--dry-run"]],
    ["experiments that throw", () => ["--experiments", evil(".experiments"), "--list"]],
    ["an experiment that nobody has", () => ["experiment", HOSTILE]],
    ["an option that nobody has", () => [`--${HOSTILE}`]],
    ["a command that nobody has", () => ["sidecar", HOSTILE]],
    ["new", () => ["new", HOSTILE]],
    ["export", () => ["export", "--db", evil(".duckdb"), "--out", evil(".export")]],
    ["export: no such database", () => ["export", "--db", evil(".absent.duckdb"), "--out", at("export")]],
    ["report", () => ["report", "project", "--home", home.folder, "--out", at("report")]],
    ["report --json", () => ["report", "project", "--json", "--home", home.folder, "--out", at("report")]],
    ["report --csv", () => ["report", "project", "--csv", "--home", home.folder, "--out", at("report")]],
    ["report by model of a database", () => ["report", "model", "--db", evil(".duckdb"), "--out", at("report")]],
    ["validate", () => ["validate", "--input", evil(".jsonl"), "--only", "response_copies", "--out", evil(".checks"), "--sanitized"]],
    [
      "validate --json",
      () => ["validate", "--input", evil(".jsonl"), "--only", "response_copies", "--out", at("checks"), "--sanitized", "--json"],
    ],
    ["gallery: no run", () => ["gallery", "--run", evil(".no-run")]],
    ["sidecar list", () => ["sidecar", "list", evil(".png")]],
    ["sidecar extract", () => ["sidecar", "extract", evil(".png"), "-o", evil(".extracted")]],
    ["sidecar verify", () => ["sidecar", "verify", evil(".jsonl")]],
    ["sidecar redraw", () => ["sidecar", "redraw", evil(".png")]],
    ["sidecar show", () => ["sidecar", "show", evil(".png"), HOSTILE]],
    ["sanitize", () => ["sanitize", evil(".jsonl"), "-o", evil(".public.jsonl")]],
    ["sanitize --check", () => ["sanitize", evil(".jsonl"), "--check"]],
  ])("%s", async (_what, words) => {
    const { stdout, stderr } = await call(...words());
    expect(stdout + stderr).not.toMatch(STEERING);
    expect(stdout + stderr).toMatch(/\\u\{1b\}|\\u001b/);
  });
});
