/** Several processes that write to one folder at once. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { outputRecords, readArtifacts } from "../artifacts/artifacts-file.ts";
import { project } from "../testing/paths.ts";
import { hashesOf, leftoversIn } from "../testing/runs.ts";

const IDS = ["human_in_the_loop/human_input_wait", "trace_facts/paper_macros", "trace_facts/volume_over_time"];
const root = fs.mkdtempSync(path.join(os.tmpdir(), "shared-out-"));
afterAll(() => fs.rmSync(root, { recursive: true }));

const clean = path.join(root, "clean");
const sample = project("data", "sample.jsonl.gz");

async function run(out: string, ...words: string[]) {
  const only = IDS.flatMap((id) => ["--only", id]);
  const program = [project("run-all.ts"), "--input", sample, "--out", out, ...only, ...words];
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), ...program], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let told = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (told += text));
  const [status] = await once(child, "close");
  return { status, told, ran: [...told.matchAll(/^ran +(\S+) \(/gm)].map(([, id]) => id as string) };
}

function resultsIn(out: string): Record<string, string> {
  const files = [
    "run.json",
    ...IDS.flatMap((id) => {
      const artifacts = readArtifacts(path.join(out, id));
      return artifacts ? [`${id}/artifacts.json`, ...outputRecords(artifacts).map(({ file }) => `${id}/${file}`)] : [];
    }),
  ];
  return hashesOf(out, files);
}

beforeAll(async () => expect(await run(clean)).toMatchObject({ status: 0 }));

describe("two processes at once", () => {
  it("that run everything each run a part of it and end with the same results", async () => {
    const out = path.join(root, "twice");
    const both = await Promise.all([run(out), run(out)]);
    for (const { status, told } of both) expect({ status, told }).toEqual({ status: 0, told });
    expect(both.flatMap(({ ran }) => ran).sort()).toEqual(IDS);
    expect(both.filter(({ told }) => /^building .*\.duckdb from /m.test(told))).toHaveLength(1);
    expect(resultsIn(out)).toEqual(resultsIn(clean));
    expect(leftoversIn(out)).toEqual([]);
  });

  it("that run a shard each run it alone, and a run afterwards makes the gallery of all", async () => {
    const out = path.join(root, "shards");
    const shards = await Promise.all([run(out, "--shard", "1/2"), run(out, "--shard", "2/2")]);
    expect(shards.map(({ status, ran }) => [status, [...ran].sort()])).toEqual([
      [0, [IDS[0], IDS[2]]],
      [0, [IDS[1]]],
    ]);
    expect(resultsIn(out)).toEqual(resultsIn(clean));
    expect(fs.existsSync(path.join(out, "gallery"))).toBe(false);
    expect(await run(out)).toMatchObject({ status: 0, ran: [] });
    expect(fs.readdirSync(path.join(out, "gallery"))).toEqual(fs.readdirSync(path.join(clean, "gallery")));
    expect(leftoversIn(out)).toEqual([]);
  });
});

it.each([
  [["--shard", "3/2"], "--shard takes k/n"],
  [["--shard", "1/2", "--collect"], "--shard and --collect don't go together"],
  [["--shard", "1/2", "--input", "-"], "A shard can't read standard input"],
])("%j is a wrong call", async (words, sentence) => {
  expect(await run(path.join(root, "wrong"), ...words)).toMatchObject({ status: 2, told: expect.stringContaining(sentence) });
});
