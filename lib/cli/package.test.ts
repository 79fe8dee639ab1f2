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
) as [{ files: { path: string; mode: number }[] }];
const packed = new Map(files.map((file) => [file.path, file.mode]));

describe("the package", () => {
  it.each([
    "bin/trace-atlas.mjs",
    "run-all.ts",
    "tsconfig.json",
    "data/sample.jsonl.gz",
    "data/pricing.json",
    "lib/render/worker-entry.mjs",
    "lib/relations/step_times.sql",
    "lib/gallery/page/style/base.css",
    "experiments/session/session_token_steps/README.md",
    "NOTICE",
    "LICENSE",
  ])("holds %s", (file) => expect(packed.has(file)).toBe(true));

  it("holds every experiment whole", () => {
    const sources = fs
      .readdirSync(project("experiments"), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.(ts|sql|md)$/.test(file) && !file.endsWith(".test.ts"));
    expect(sources.filter((file) => !packed.has(`experiments/${file}`))).toEqual([]);
  });

  it("holds no tests and nothing a run has made", () =>
    expect([...packed.keys()].filter((file) => /\.test\.ts$|\.golden\.json$|^out\/|\.duckdb$/.test(file))).toEqual([]));

  it("can be run by its name", () => expect((packed.get("bin/trace-atlas.mjs") ?? 0) & 0o111).not.toBe(0));
});
