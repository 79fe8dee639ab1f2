import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { type Fixture, reportOf, withRun } from "../../../testing/finished-run.ts";
import { buildGallery } from "../../build.ts";
import { periodUnit, readDashboard } from "./read.ts";

const HIGHLIGHTS = {
  id: "trace_facts/highlights",
  tables: {
    activity_by_hour: "day,hour,steps,errors\n2026-03-01,9,5,2\n2026-03-01,10,7,0\n2026-03-03,9,1,1\n",
    highlights:
      "group,title,text,detail,session_id,step\nDays,Busiest day,12 steps,2026-03-01,,\nTime,Longest call,9 s,Bash,claude:0123456789abcdef,4\n",
  },
};
const COSTS = {
  id: "trace_facts/cost_over_time",
  tables: {
    cost_by_model: "model,project,usd\nopus,a,1.5\nopus,,2\nhaiku,a,0.25\n",
    cost_by_period: "period,usd\n,0.5\n2026-03-02,1\n2026-02-23,2\n2026-03-02,0.25\n",
  },
};
const RESULTS = {
  id: "tool_calls/tool_output_bloat",
  tables: { tool_output_caps: "provider,cap_tokens,saved_usd\nclaude,5000,9\nclaude,10000,2\ncodex,10000,1\nclaude,15000,1\n" },
};

type Literal = Parameters<Fixture["add"]>[0];

async function dashboardOf(literals: readonly Literal[]) {
  return withRun(async (run) => readDashboard({ ...run, report: reportOf(await Promise.all(literals.map(run.add))) }));
}

describe("the dashboard", () => {
  it("adds up what tables say", async () => {
    const { activeDays, errors, byModel, byProject, byPeriod, wastes } = await dashboardOf([HIGHLIGHTS, COSTS, RESULTS]);
    expect([activeDays, errors]).toEqual([2, 3]);
    expect(byModel).toEqual([
      { name: "opus", usd: 3.5 },
      { name: "haiku", usd: 0.25 },
    ]);
    expect(byProject).toEqual([
      { name: "unknown project", usd: 2 },
      { name: "a", usd: 1.75 },
    ]);
    expect(byPeriod).toEqual([
      { name: "2026-02-23", usd: 2 },
      { name: "2026-03-02", usd: 1.25 },
      { name: "without a time", usd: 0.5 },
    ]);
    expect(wastes.map(({ name, usd }) => [name, usd])).toEqual([["Tool results beyond 10,000 tokens", 3]]);
  });

  it("has days and hours of the time zone that the run was asked for, and says which", async () => {
    await withRun(async (run) => {
      const experiment = await run.add({ ...HIGHLIGHTS, figures: [{ name: "calendar" }] });
      const report = { ...reportOf([experiment], { transcripts: 3 }), timezone: "Asia/Tokyo" };
      const { activity, activeDays } = readDashboard({ ...run, report });
      expect([activeDays, activity[0]]).toEqual([2, { date: "2026-03-01", hour: 18, steps: 5 }]);
      const html = fs.readFileSync((await buildGallery({ ...run, report })).index, "utf8");
      expect(html).toContain("Active days (Asia/Tokyo)");
      expect(html).toContain(
        "hour of the day in Asia/Tokyo; the stronger the color, the more steps. Busiest hour: 19:00 on Mar 1, 2026, 7 steps.",
      );
      expect(html).toContain('<h2 id="calendar"><a href="trace_facts/highlights/index.html">When</a></h2>');
      expect(html).toContain("<title>Mar 3, 2026, 18:00: 1 step</title>");
    });
  });

  it.each<[readonly string[], string]>([
    [["2026-02-23", "2026-03-02", "2026-03-16", "without a time"], "week"],
    [["2026-02-23", "2026-02-24"], "day"],
    [["2026-02-23"], "day"],
    [[], "day"],
  ])("says what begins at %j: a %s", (names, unit) => {
    expect(periodUnit(names)).toBe(unit);
  });

  it.each<[string, readonly Literal[], RegExp, RegExp]>([
    [
      "links no highlight to a session without a page",
      [HIGHLIGHTS],
      /Busiest day.*<strong>12 steps<.*<strong>9 s</,
      /What was wasted|>Cost</,
    ],
    ["leaves out what was not run", [COSTS], /By project.*unknown project/, /id="highlights"|id="calendar"/],
    ["has nothing but the pool without any of them", [], /Your agents at work.*Agent steps/, /id="(costs|highlights|context)"/],
  ])("%s", async (_, literals, shown, left) => {
    await withRun(async (run) => {
      const report = reportOf(await Promise.all(literals.map(run.add)), { transcripts: 3, synthetic: false, isPrivate: true });
      const html = fs.readFileSync((await buildGallery({ ...run, report })).index, "utf8");
      expect(html).toMatch(shown);
      expect(html).not.toMatch(left);
      expect(html).toContain("Private: do not publish.");
    });
  });
});
