import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { project } from "../testing/paths.ts";

const [{ files }] = JSON.parse(
  execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: project(),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }),
) as [{ files: { path: string }[] }];
const packed = new Set(files.map((file) => file.path));

describe("the package", () => {
  it.each([
    "run-all.ts",
    "data/sample.jsonl.gz",
    "data/model-windows.json",
    "data/pricing.json",
    "data/README.md",
    "docs/publish.md",
    "docs/assistant.md",
    "skills/trace-atlas/SKILL.md",
    "bench/RESULTS.md",
    "lib/relations/step_times.sql",
    "lib/gallery/page/icon.svg",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "NOTICE",
    "LICENSE",
  ])("holds %s", (file) => expect(packed.has(file)).toBe(true));

  it("holds the sources of every experiment, which figures carry", () => {
    const sources = fs
      .readdirSync(project("experiments"), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|sql|md)$/.test(file) && !file.endsWith(".test.ts"));
    expect(sources.filter((file) => !packed.has(`experiments/${file}`))).toEqual([]);
  });

  it("holds no tests, nothing that only packing needs and nothing a run has made", () =>
    expect([...packed].filter((file) => /\.test\.tsx?$|\.golden\.json$|^lib\/(package|testing)\/|^out\/|\.duckdb$/.test(file))).toEqual(
      [],
    ));
});
