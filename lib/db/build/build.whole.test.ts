/** Building in a process of its own: from a pipe, and when it is killed. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { project } from "../../testing/paths.ts";
import { zstdStored } from "../../testing/unpack-fixture.ts";
import { Pool } from "../open/pool.ts";
import { buildDatabase } from "./build.ts";

let folder = "";
let db = "";
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "build-"));
  db = path.join(folder, "pool.duckdb");
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const line = (index: number) => `${JSON.stringify({ round_index: index })}\n`;

async function stored<T extends object>(sql: string): Promise<T[]> {
  const pool = await Pool.open(db);
  return pool.rows<T>(sql).finally(() => pool.close());
}

const indexes = async () => (await stored<{ i: number }>("SELECT round_index AS i FROM rounds ORDER BY round_pk")).map(({ i }) => i);

function leftovers(): string[] {
  return fs.readdirSync(folder).filter((name) => name.startsWith("."));
}

/** A process that builds from its standard input. */
function buildApart() {
  const code = `import { buildDatabase } from ${JSON.stringify(project("lib/db/build/build.ts"))};
    await buildDatabase({ inputs: ["-"], db: ${JSON.stringify(db)}, threads: 2 });`;
  return spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
    cwd: project(),
    stdio: ["pipe", "inherit", "inherit"],
  });
}

describe("a process", () => {
  // Plain text is read so in `lib/cli/run-all.whole.test.ts`.
  it.each([
    ["gzip", gzipSync],
    ["zstd", (text: string) => zstdStored(Buffer.from(text))],
  ])("reads %s from standard input", async (_, packed) => {
    const child = buildApart();
    child.stdin.end(packed(line(1) + line(2)));
    expect((await once(child, "exit"))[0]).toBe(0);
    expect(await indexes()).toEqual([1, 2]);
    expect(await stored("SELECT path FROM trace_source")).toEqual([{ path: "-" }]);
  });

  it("that is killed leaves no database, and the next build removes the rest", async () => {
    const child = buildApart();
    child.stdin.write(line(1));
    while (!leftovers().some((name) => name.endsWith(".partial"))) await new Promise((resolve) => setTimeout(resolve, 20));
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    expect(fs.existsSync(db)).toBe(false);
    expect(leftovers()).not.toEqual([]);
    const input = path.join(folder, "second.jsonl");
    fs.writeFileSync(input, line(2));
    await buildDatabase({ inputs: [input], db });
    expect(await indexes()).toEqual([2]);
    expect(leftovers()).toEqual([]);
  });
});
