import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { Target } from "./target.ts";

const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "target-")));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** The process id of a process that has ended. */
const deadPid = spawnSync(process.execPath, ["-e", ""]).pid;

/** What a build of `pid` on `host` would have left, named after what this process makes. */
function leave(db: string, host: string | null, pid: number): string[] {
  const target = Target.prepare(db);
  const names = [target.database, `${target.database}.wal`, target.rejects, target.folder].map((place) => path.basename(place));
  target.discard();
  const own = path.basename(target.database).slice(path.basename(db).length + 2, -".partial".length);
  const [ownHost = ""] = own.split(/\.(?=\d+-\d+$)/);
  return names.map((name, i) => {
    const other = name.replace(`${ownHost}.${process.pid}-`, `${host ?? ownHost}.${pid}-`);
    if (i === 3) fs.mkdirSync(path.join(folder, other));
    else fs.writeFileSync(path.join(folder, other), "partial");
    return other;
  });
}

it.each([
  ["of a dead process of this host is removed", null, deadPid, true],
  ["of a living process of this host stays", null, process.ppid, false],
  ["of another host stays, whatever lives here", "elsewhere", deadPid, false],
])("what is left %s", (_, host, pid, removed) => {
  const db = path.join(folder, `${host}-${pid}.duckdb`);
  const left = leave(db, host, pid);
  Target.prepare(db).discard();
  expect(left.map((name) => fs.existsSync(path.join(folder, name)))).toEqual(left.map(() => !removed));
});

it("what another database left stays", () => {
  const left = leave(path.join(folder, "a.duckdb"), null, deadPid);
  Target.prepare(path.join(folder, "duckdb")).discard();
  Target.prepare(path.join(folder, "b.duckdb")).discard();
  expect(left.every((name) => fs.existsSync(path.join(folder, name)))).toBe(true);
});
