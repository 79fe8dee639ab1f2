import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Pool } from "../../db/open/pool.ts";
import { groupBy } from "../../stats/group-by.ts";
import { sumOf } from "../../stats/sum.ts";
import { withPool } from "../../testing/pool.ts";
import { samplePool } from "../../testing/sample.ts";
import type { TraceEvent } from "./events.ts";
import { exportPerfetto } from "./export.ts";
import { inLanes } from "./lanes.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "perfetto-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

async function eventsOf(pool: Pool, only?: string) {
  const out = path.join(folder, "trace.json");
  const report = await exportPerfetto(pool, out, only);
  const text = fs.readFileSync(out, "utf8");
  const { traceEvents }: { traceEvents: readonly TraceEvent[] } = JSON.parse(text);
  return { report, text, events: traceEvents };
}

it("lanes never overlap, and there are only as many as run at once", () => {
  const interval = fc.record({ fromUs: fc.nat(50), us: fc.nat(20) }).map(({ fromUs, us }) => ({ fromUs, toUs: fromUs + us }));
  fc.assert(
    fc.property(fc.array(interval), (intervals) => {
      const placed = inLanes(intervals);
      expect(placed).toHaveLength(intervals.length);
      for (const lane of groupBy(placed, (each) => each.lane).values())
        for (const [i, { interval }] of lane.slice(1).entries())
          expect(interval.fromUs).toBeGreaterThanOrEqual(lane[i]?.interval.toUs ?? 0);
      const atOnce = intervals.map(
        (own) => intervals.filter((other) => other === own || (other.fromUs <= own.fromUs && own.fromUs < other.toUs)).length,
      );
      expect(new Set(placed.map(({ lane }) => lane)).size).toBeLessThanOrEqual(Math.max(0, ...atOnce));
    }),
  );
});

describe("the sample", () => {
  let pool: Pool;
  let exported: Awaited<ReturnType<typeof eventsOf>>;
  beforeAll(async () => {
    pool = await samplePool();
    exported = await eventsOf(pool);
  });

  const sliced = (category: string) => exported.events.filter(({ ph, cat }) => ph === "X" && cat === category);

  it.each([
    ["model", "-- uses: timeline_steps\nSELECT count(generation_us) AS slices, sum(generation_us)::DOUBLE AS us FROM timeline_steps"],
    [
      "tool",
      "-- uses: timeline_calls\nSELECT count(wall_us) AS slices, sum(wall_us)::DOUBLE AS us FROM timeline_calls WHERE emitted_us IS NOT NULL",
    ],
    ["wait", "-- uses: person_waits\nSELECT count(*) AS slices, sum(to_us - from_us)::DOUBLE AS us FROM person_waits"],
    [
      "idle",
      "-- uses: active_axis\nSELECT count(*) AS slices, sum(to_us - from_us)::DOUBLE AS us FROM active_axis WHERE kind <> 'running'",
    ],
    [
      "helper",
      "-- uses: timeline_helpers\nSELECT count(*) AS slices, coalesce(sum(to_us - from_us), 0)::DOUBLE AS us FROM timeline_helpers",
    ],
    [
      "request",
      "-- uses: request_costs\nSELECT count(*) AS slices, sum(response_us)::DOUBLE AS us FROM request_costs WHERE response_us >= 0",
    ],
  ])("has all time of the lane %s", async (category, sql) => {
    const slices = sliced(category);
    expect([{ slices: slices.length, us: sumOf(slices, ({ dur = 0 }) => dur) }]).toEqual(await pool.rows(sql));
  });

  it("has lanes whose events don't overlap, and a name for each", () => {
    const slices = exported.events.filter(({ ph }) => ph === "X");
    const named = new Set(exported.events.filter(({ name }) => name === "thread_name").map(({ pid, tid }) => `${pid} ${tid}`));
    for (const [lane, events] of groupBy(slices, ({ pid, tid }) => `${pid} ${tid}`)) {
      expect(named).toContain(lane);
      for (const [i, { ts = 0 }] of events.slice(1).entries())
        expect(ts).toBeGreaterThanOrEqual((events[i]?.ts ?? 0) + (events[i]?.dur ?? 0));
    }
    expect(slices.every(({ ts, dur = -1 }) => Number.isSafeInteger(ts) && Number.isSafeInteger(dur) && dur >= 0)).toBe(true);
  });

  it("counts the context of each step and the cost of all", async () => {
    const counters = (name: string) => exported.events.filter((event) => event.ph === "C" && event.name === name);
    const [totals] = await pool.rows<{ context: number; nano: number }>(
      "-- uses: timeline_steps\nSELECT sum(prefix_tokens + append_tokens)::DOUBLE AS context, sum(cost_nano) AS nano FROM timeline_steps WHERE first_us IS NOT NULL",
    );
    expect(sumOf(counters("Context tokens"), ({ args }) => Number(args?.tokens))).toBe(totals?.context);
    const last = new Map(counters("Cumulative cost").map(({ pid, args }) => [pid, Number(args?.usd)]));
    expect(Math.round(sumOf([...last.values()], (usd) => Math.round(usd * 1e9)))).toBe(totals?.nano);
  });

  it("is the same for one session by itself, and the same each time", async () => {
    const [first] = await pool.rows<{ session_id: string }>(
      "-- uses: timeline_steps\nSELECT session_id FROM timeline_steps ORDER BY first_us LIMIT 1",
    );
    const alone = await eventsOf(pool, first?.session_id);
    expect(alone.report.sessions).toBe(1);
    expect(alone.events).toEqual(exported.events.filter(({ pid }) => pid === 1));
    expect((await eventsOf(pool)).text).toBe(exported.text);
  });
});

it("shows nothing that names somebody", async () => {
  const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
  const step = {
    ...{
      session_id: "secret:secret",
      provider: "secret",
      model: "secret-model",
      project: "-home-secret",
      cwd: "/home/secret",
      user: "secret",
    },
    timing_events: [
      { event_type: "user_message", timestamp: at(0) },
      { event_type: "tool_call", timestamp: at(2) },
    ],
    tools: [{ tool_name: "mcp__secret__secret", tool_call_id: "secret", emitted_at: at(2), result_at: at(5), is_error: true }],
    inputs: [{ target: "secret", verb: "secret", input_hash: "secret" }],
  };
  await withPool(
    [step],
    async (pool) => {
      const { text, events } = await eventsOf(pool);
      expect(text).not.toMatch(/secret/);
      expect(events.find(({ cat }) => cat === "tool")).toMatchObject({
        name: "mcp_tool",
        dur: 3_000_000,
        cname: "terrible",
        args: { error: true },
      });
    },
    [{ transcript_id: "t", session_id: "secret:secret", title: "secret", agent_type: "secret" }],
  );
});

it("refuses a folder", () =>
  withPool([], (pool) =>
    expect(exportPerfetto(pool, folder)).rejects.toThrow(`${folder} is a folder. Give a file for the export with --out.`),
  ));
