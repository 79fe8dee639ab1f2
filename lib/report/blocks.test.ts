import fc from "fast-check";
import { expect, it } from "vitest";
import { blocksOf } from "./blocks.ts";
import { usageOf } from "./fixture.ts";

const used = (first: string, last = first, provider = "claude") =>
  usageOf({ provider, first_us: Date.parse(`2026-01-${first}:00Z`) * 1000, last_us: Date.parse(`2026-01-${last}:00Z`) * 1000 });

it.each<[what: string, usage: ReturnType<typeof used>[], starts: string[]]>([
  ["begins with the hour of its first step", [used("05T10:59")], ["05T10"]],
  ["holds five hours from there", [used("05T10:59"), used("05T14:59")], ["05T10", "05T10"]],
  ["ends after five hours, however busy", [used("05T10:10"), used("05T14:50", "05T14:55"), used("05T15:00")], ["05T10", "05T10", "05T15"]],
  ["ends when nothing happened for more than five hours", [used("05T10:00", "05T10:05"), used("05T16:30")], ["05T10", "05T16"]],
  ["of one agent is not one of another", [used("05T10:30"), used("05T12:30", "05T12:30", "codex")], ["05T10", "05T12"]],
  ["is found whatever the order of the usage", [used("05T12:10"), used("05T09:30")], ["05T09", "05T09"]],
  ["may span midnight", [used("05T22:45"), used("06T02:59")], ["05T22", "05T22"]],
])("a block %s", (_what, usage, starts) => {
  const blocks = blocksOf(usage);
  expect(usage.map((each) => new Date((blocks.get(each)?.startUs ?? 0) / 1000).toISOString().slice(8, 13))).toEqual(starts);
  for (const { startUs, endUs } of blocks.values()) expect(endUs - startUs).toBe(5 * 3_600_000_000);
});

it("usage without a time is in none", () => expect(blocksOf([usageOf({ first_us: null, last_us: null })]).size).toBe(0));

it("every usage is within the five hours of its block, and a block ends only for a reason", () => {
  const HOUR = 3_600_000_000;
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 60 * HOUR }), { minLength: 1, maxLength: 40 }), (times) => {
      const ordered = [...times].sort((a, b) => a - b);
      const usage = ordered.map((us) => usageOf({ first_us: us, last_us: us }));
      const blocks = blocksOf(usage);
      for (const [i, each] of usage.entries()) {
        const [us = 0, before] = [ordered[i], ordered[i - 1]];
        const block = blocks.get(each);
        if (!block) throw new Error("a usage with a time has no block");
        expect(us >= block.startUs && us < block.endUs).toBe(true);
        const last = before === undefined ? undefined : blocks.get(usage[i - 1] ?? each);
        if (before === undefined || last === undefined) continue;
        if (last === block) expect(us - before).toBeLessThanOrEqual(5 * HOUR);
        else expect(us >= last.endUs || us - before > 5 * HOUR).toBe(true);
      }
    }),
  );
});
