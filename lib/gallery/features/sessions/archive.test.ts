import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../../../testing/pool.ts";
import { readTimeline } from "../../../trace/timeline.ts";
import { readPart, readSessionArchive, writeSessionArchive } from "./archive.ts";

const out = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-archive-"));
afterAll(() => fs.rmSync(out, { recursive: true, force: true }));

const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
const step = (session_id: string | null, second: number, more: Partial<StepLiteral> = {}): StepLiteral => ({
  ...{ session_id, provider: "claude", model: "claude-opus-4-6", newly_append_tokens: 1_000, project: "-home-me-secret" },
  timing_events: [{ event_type: "text", timestamp: at(second) }],
  ...more,
});
const STEPS = [
  step("claude:late", 900),
  step("claude:early", 0, { prefix_tokens: 50_000 }),
  step("claude:early", 10, { model: "other", tools: [{ tool_name: "Read", emitted_at: at(11), is_error: true }] }),
  step("claude:early", 20, { model: "other" }),
  step(null, 30),
];

it("holds all sessions of a pool by time, with their timelines, and is kept while it is fresh", () =>
  withPool(STEPS, async (pool) => {
    const summary = await pool.summary();
    let written = 0;
    const write = () => writeSessionArchive({ pool, summary, out, onWrite: () => written++ });
    await write();
    await write();
    expect(written).toBe(1);
    const archive = readSessionArchive(out, summary.fingerprint);
    expect(archive?.sessions).toMatchObject([
      { sessionId: "claude:early", model: "other", stepCount: 3, calls: 1, failed: 1, compactions: 1, project: "project 1", title: null },
      {
        sessionId: "claude:late",
        start: at(900),
        stepCount: 1,
        grown: [{ source: "session_base", tokens: 1_000 }],
        cost: { pricedSteps: 1, usd: 0.005 },
      },
    ]);
    expect(readSessionArchive(out, "another pool")).toBeNull();
    const timelines = readPart(out, archive?.sessions[0]?.part ?? "");
    expect(timelines.map((data) => readTimeline(data).steps.map(({ startS }) => startS))).toEqual([[0, 10, 20], [0]]);
    expect(timelines.map(({ context }) => context)).toEqual([
      { order: null, resets: [1], clears: [], tokens: { session_base: [51_000, 0, 0], after_reset: [0, 1_000, 0] } },
      { order: null, resets: [], clears: [], tokens: { session_base: [1_000] } },
    ]);
    const file = path.join(out, "sessions", "sessions.json");
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace(/"name":"[^"]*"/, `"name":"<script>"`));
    expect(() => readSessionArchive(out, summary.fingerprint)).toThrow(/names a session "<script>"; remove that folder/);
  }));
