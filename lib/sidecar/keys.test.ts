import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../testing/any-text.ts";
import { claimKey, destinationOf, PREFIX, partKeys } from "./keys.ts";

describe("where an entry may be unpacked", () => {
  it.each([
    ["readme", "README.md"],
    ["manifest", "manifest.json"],
    ["spec.vl.json", "spec.vl.json"],
    ["code.json", "code.json"],
    ["code/lib/chart/axes.ts", "code/lib/chart/axes.ts"],
    ["data/points.csv.part2", "data/points.csv.part2"],
    ["extra/a b-c_d.txt", "extra/a b-c_d.txt"],
    [`data/${"x".repeat(120)}`, `data/${"x".repeat(120)}`],
    ["data/console.csv", "data/console.csv"],
  ])("%s: %s", (key, path) => expect(destinationOf(key)).toEqual({ path }));

  it.each([
    "",
    "code",
    "code/",
    "README.md",
    "toString",
    "__proto__",
    "other/x",
    "../x",
    "/etc/passwd",
    "code/../../x",
    "code/..",
    "code/.",
    "code/.bashrc",
    "code//x",
    "data/a/b",
    "code/a/../b",
    `code/${"a/".repeat(8)}b`,
    "code/a\\b",
    "..\\x",
    "C:/x",
    "code/C:x",
    "code/x:stream",
    "code/x\0.ts",
    "code/x\n.ts",
    "code/\u001b[2Jx",
    "code/x\u202e.ts",
    "code/é.ts",
    "code/x.",
    "code/x ",
    "code/ x",
    "data/CON",
    "data/con.csv",
    "data/nul.tar.gz",
    "data/COM1.csv",
    "data/lpt9",
    `data/${"x".repeat(121)}`,
    "code/~root",
    "code/$HOME",
  ])("refuses %j", (key) => expect(destinationOf(key)).toHaveProperty("refused"));

  it("never leaves its folder, whatever the key", () => {
    const nasty = fc.string({ unit: fc.constantFrom(..."./\\:\0 aC~é") });
    fc.assert(
      fc.property(fc.constantFrom("", "code/", "data/"), nasty, (folder, name) => {
        const destination = destinationOf(folder + name);
        if ("path" in destination)
          expect(destination.path).toMatch(
            /^(README\.md|manifest\.json|spec\.vl\.json|code\/[\w-][\w. -]*(\/[\w-][\w. -]*)*|data\/[\w-][\w. -]*)$/,
          );
      }),
    );
  });
});

describe("keys that are written", () => {
  it.each([
    ["readme", "readme"],
    ["spec.vl.json", "spec.vl.json"],
    ["code/lib/chart/axes.ts", "code/lib.chart.axes.ts"],
    ["code/lib\\chart\\axes.ts", "code/lib.chart.axes.ts"],
    ["data/steps.csv", "data/steps.csv"],
    ["data/größe → 2.csv", "data/gr-e-2.csv"],
    ["data/con.csv", "data/_con.csv"],
    ["data/../../x", "data/x"],
    ["data/...", "data/unnamed"],
    ["notes.txt", "extra/notes.txt"],
    ["other/notes.txt", "extra/other.notes.txt"],
  ])("%s becomes %s", (wanted, key) => expect(claimKey(wanted, 1, new Set())).toBe(key));

  it.each([
    ["a keyword of 79 characters stays", 62, `data/${"x".repeat(62)}.csv`],
    ["one of 80 loses its middle", 63, `data/${"x".repeat(20)}-${"x".repeat(41)}.csv`],
  ])("%s", (_, length, expected) => {
    const key = claimKey(`data/${"x".repeat(length)}.csv`, 1, new Set());
    expect(key).toBe(expected);
    expect(PREFIX.length + key.length).toBe(79);
  });

  it("keeps folder, file and extension of a long path", () => {
    const path = "code/experiments.prefix_cache.human_idle_cache_counterfactual.experiment.ts";
    expect(claimKey(path, 1, new Set())).toBe("code/experiments.prefix_ca-uman_idle_cache_counterfactual.experiment.ts");
  });

  it("gives equal names numbers before the extension, also when they differ in case only or only after shortening", () => {
    const taken = new Set<string>();
    const keys = ["data/a.csv", "data/A.csv", "data/a.csv", "code/a.csv"].map((wanted) => claimKey(wanted, 1, taken));
    expect(keys).toEqual(["data/a.csv", "data/A-2.csv", "data/a-3.csv", "code/a.csv"]);
    const long = [1, 2].map((i) => claimKey(`data/${"h".repeat(40)}${i}${"t".repeat(60)}.csv`, 1, taken));
    expect(new Set(long).size).toBe(2);
  });

  it("keeps parts of one entry apart from other entries", () => {
    const taken = new Set<string>();
    const keys = [claimKey("data/a.csv.part2", 1, taken), claimKey("data/a.csv", 2, taken), claimKey("data/a-2.csv.part2", 1, taken)];
    expect(keys).toEqual(["data/a.csv.part2", "data/a-2.csv", "data/a-2.csv-2.part2"]);
  });

  it("refuses a second readme, and the manifest", () => {
    const taken = new Set(["manifest"]);
    claimKey("readme", 1, taken);
    expect(() => claimKey("readme", 1, taken)).toThrow("given twice or reserved");
    expect(() => claimKey("manifest", 1, taken)).toThrow("given twice or reserved");
  });

  it("are unique, short enough and can be unpacked, whatever is asked for", () => {
    const wanted = fc.tuple(fc.constantFrom("code/", "data/", "extra/", ""), anyText({ minLength: 1, maxLength: 100 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(wanted, fc.integer({ min: 1, max: 16 })), { maxLength: 20 }), (cases) => {
        const taken = new Set<string>();
        const keys = cases.flatMap(([[folder, name], parts]) => partKeys(claimKey(`${folder}${name}`, parts, taken), parts));
        expect(new Set(keys.map((key) => key.toLowerCase())).size).toBe(keys.length);
        for (const key of keys) {
          expect(PREFIX.length + key.length).toBeLessThanOrEqual(79);
          expect(destinationOf(key)).toHaveProperty("path");
        }
      }),
    );
  });
});
