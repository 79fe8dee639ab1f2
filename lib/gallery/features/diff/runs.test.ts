import path from "node:path";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import type { ExperimentRun } from "../../../artifacts/artifacts.ts";
import { reportOf, withRun } from "../../../testing/finished-run.ts";
import { pictureDifference } from "./pictures.ts";
import { rowsOf } from "./read.ts";
import { compareRuns, type RunDiff } from "./runs.ts";

type Literal = Parameters<Parameters<Parameters<typeof withRun>[0]>[0]["add"]>[0];

/** Two runs on disk, each from its experiments. */
function compared(before: readonly Literal[], after: readonly Literal[], pool = {}): Promise<RunDiff> {
  return withRun((a) =>
    withRun(async (b) => {
      const runs: ExperimentRun[][] = [[], []];
      for (const literal of before) runs[0]?.push(await a.add(literal));
      for (const literal of after) runs[1]?.push(await b.add(literal));
      return compareRuns({ out: a.out, report: reportOf(runs[0] ?? []) }, { out: b.out, report: reportOf(runs[1] ?? [], pool) });
    }),
  );
}

const FULL: Literal = {
  id: "session/one",
  figures: [{ name: "f" }],
  tables: { t: "name,n\na,1\nb,2\n" },
  documents: { "d.json": "{}\n" },
  headlines: [{ label: "sessions", value: "10" }],
};

describe("compareRuns", () => {
  it("finds nothing between a run and itself", async () => {
    expect(await compared([FULL], [FULL])).toEqual({ changed: [], same: ["session/one"], versions: [], samePool: true });
  });

  it.each<[string, Partial<Literal>, object]>([
    [
      "a headline",
      { headlines: [{ label: "sessions", value: "15" }] },
      { headlines: [{ label: "sessions", before: "10", after: "15", changes: [{ difference: 5 }], effect: 1 / 3 }] },
    ],
    [
      "a headline of another name",
      { headlines: [{ label: "users", value: "10" }] },
      {
        headlines: [
          { label: "users", before: null, changes: [], effect: null },
          { label: "sessions", after: null },
        ],
      },
    ],
    [
      "a table",
      { tables: { t: "name,n\na,1\nb,3\n" } },
      { tables: [{ name: "t", diff: { cells: [{ key: ["b"], before: "2", after: "3" }] }, charts: [{ title: "n" }] }], effect: 0.25 },
    ],
    [
      "a table next to one that is the same",
      { tables: { t: "name,n\na,1\nb,2\n", u: "n\n1\n" } },
      { tables: [{ name: "u" }], sameTables: ["Table t"] },
    ],
    ["no table", { tables: {} }, { tables: [{ name: "t", after: null, diff: null }] }],
    ["a figure of another size", { figures: [{ name: "f", width: 700 }] }, { figures: [{ name: "f", chart: true }] }],
    [
      "another figure",
      { figures: [{ name: "g" }] },
      {
        figures: [
          { name: "g", before: null },
          { name: "f", after: null },
        ],
      },
    ],
    ["a document", { documents: { "d.json": "[]\n" } }, { documents: ["d.json"] }],
    ["flags", { flags: ["--x", "1"] }, { flags: { before: [], after: ["--x", "1"] } }],
  ])("finds %s", async (_, change, expected) => {
    const { changed, same } = await compared([FULL], [{ ...FULL, ...change }]);
    expect(same).toEqual([]);
    expect(changed).toMatchObject([{ id: "session/one", ...expected }]);
  });

  it("finds experiments that only one run has, and other pools", async () => {
    const { changed, samePool } = await compared([FULL], [{ ...FULL, id: "session/two" }], { fingerprint: "f".repeat(32) });
    expect(changed).toMatchObject([
      { id: "session/two", states: { before: null, after: "done" }, headlines: [], tables: [] },
      { id: "session/one", states: { before: "done", after: null } },
    ]);
    expect(samePool).toBe(false);
  });

  it("puts what ended differently first, then what differs most", async () => {
    const of = (id: string, value: string): Literal => ({ ...FULL, id, headlines: [{ label: "sessions", value }] });
    const { changed } = await compared(
      [of("session/a", "10"), of("session/b", "10")],
      [of("session/a", "11"), of("session/b", "90"), FULL],
    );
    expect(changed.map(({ id }) => id)).toEqual(["session/one", "session/b", "session/a"]);
  });

  it("knows a headline again whose label has other counts", async () => {
    const of = (calls: string, value: string): Literal => ({ ...FULL, headlines: [{ label: `median (${calls} calls)`, value }] });
    const [change] = (await compared([of("9,923", "1 s")], [of("12", "2 s")])).changed;
    expect(change?.headlines).toMatchObject([{ label: "median (12 calls)", before: "1 s", after: "2 s" }]);
  });

  it("does not call spellings and noise a change", async () => {
    const { changed } = await compared([FULL], [{ ...FULL, tables: { t: "name,n\na,1.0\nb,2.0000000000000004\n" } }]);
    expect(changed).toEqual([]);
  });

  it("leaves long tables alone", async () => {
    const runs = await withRun(async ({ out, add }) => {
      const report = reportOf([await add(FULL)]);
      const table = report.experiments[0]?.artifacts?.tables[0] as NonNullable<ExperimentRun["artifacts"]>["tables"][number];
      const folder = path.join(out, "session/one");
      return [rowsOf(folder, { ...table, rows: 60_000 }), rowsOf(folder, table)];
    });
    expect(runs).toMatchObject([
      null,
      {
        columns: [{ name: "name" }, { name: "n" }],
        rows: [
          ["a", "1"],
          ["b", "2"],
        ],
      },
    ]);
  });
});

describe("pictureDifference", () => {
  const picture = async (
    folder: string,
    file: string,
    width: number,
    height: number,
    dark: { left: number; top: number; width: number; height: number },
  ) => {
    const patch = await sharp({ create: { width: dark.width, height: dark.height, channels: 3, background: "#000000" } })
      .png()
      .toBuffer();
    await sharp({ create: { width, height, channels: 3, background: "#ffffff" } })
      .composite([{ input: patch, left: dark.left, top: dark.top }])
      .png()
      .toFile(path.join(folder, file));
    return { folder, figure: { file, width, height } };
  };

  it.each([
    ["the same picture", 100, 160, { left: 0, top: 0, width: 10, height: 10 }, 0],
    ["a patch that moved", 100, 160, { left: 50, top: 0, width: 10, height: 10 }, 0.02],
    ["the strip below the chart", 100, 160, { left: 0, top: 120, width: 100, height: 20 }, 0.01],
    ["a wider picture", 200, 160, { left: 0, top: 0, width: 10, height: 10 }, 0],
    ["a higher picture with more in it", 100, 260, { left: 0, top: 0, width: 100, height: 200 }, 0.995],
  ])("sees %s", async (_, width, height, dark, share) => {
    await withRun(async ({ out }) => {
      const before = await picture(out, "a.png", 100, 160, { left: 0, top: 0, width: 10, height: 10 });
      const after = await picture(out, "b.png", width, height, dark);
      expect(await pictureDifference(before, after)).toBeCloseTo(share, 9);
    });
  });
});
