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
    const archive = readSessionArchive(out, summary);
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
    expect(readSessionArchive(out, { ...summary, fingerprint: "another pool" })).toBeNull();
    const timelines = readPart(out, archive?.sessions[0]?.part ?? "");
    expect(timelines.map((data) => readTimeline(data).steps.map(({ startS }) => startS))).toEqual([[0, 10, 20], [0]]);
    expect(timelines.map(({ context }) => context)).toEqual([
      { order: null, resets: [1], clears: [], tokens: { session_base: [51_000, 0, 0], after_reset: [0, 1_000, 0] } },
      { order: null, resets: [], clears: [], tokens: { session_base: [1_000] } },
    ]);
    const file = path.join(out, "sessions", "sessions.json");
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace(/"name":"[^"]*"/, `"name":"<script>"`));
    expect(() => readSessionArchive(out, summary)).toThrow(/names a session "<script>"; remove that folder/);
  }));

it("has titles and names of projects only for pages that say that they are private", () =>
  withPool(
    [step("claude:own", 0)],
    async (pool) => {
      const summary = await pool.summary();
      const own = path.join(out, "own");
      const namesOf = async (isPrivate: boolean) => {
        await writeSessionArchive({ pool, summary: { ...summary, isPrivate }, out: own });
        const archive = readSessionArchive(own, { ...summary, isPrivate });
        expect(readSessionArchive(own, { ...summary, isPrivate: !isPrivate })).toBeNull();
        return archive?.sessions.map(({ project, title }) => ({ project, title }));
      };
      expect(await namesOf(true)).toEqual([{ project: "-home-me-secret", title: "Fix the cache" }]);
      expect(await namesOf(false)).toEqual([{ project: "project 1", title: null }]);
    },
    [{ transcript_id: "t", session_id: "claude:own", title: "Fix the cache" }],
  ));
