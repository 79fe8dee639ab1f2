import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { project } from "../testing/paths.ts";
import { type LockOptions, lockDatabase } from "./lock.ts";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "lock-"));
afterAll(() => fs.rmSync(root, { recursive: true }));

let folders = 0;

function place(): { db: string; file: string } {
  const folder = path.join(root, String(folders++));
  return { db: path.join(folder, "a.duckdb"), file: path.join(folder, ".a.duckdb.lock") };
}

const FAST = { pollMs: 5, beatMs: 10, patienceMs: 200 } satisfies LockOptions;
const holder = (process: number, host: string) => JSON.stringify({ process, host, serial: 0 });

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid as number;
}

describe("the lock of a database", () => {
  it("is taken by one after the other", async () => {
    const { db, file } = place();
    const order: string[] = [];
    const work = async (name: string) => {
      const lock = await lockDatabase(db, FAST);
      order.push(`${name} in`);
      await sleep(30);
      order.push(`${name} out`);
      lock.release();
      return lock.waited;
    };
    const waited = await Promise.all(["a", "b", "c"].map(work));
    expect(waited.filter((one) => !one)).toHaveLength(1);
    for (let i = 0; i < order.length; i += 2) expect(order[i + 1]).toBe(order[i]?.replace("in", "out"));
    expect(fs.existsSync(file)).toBe(false);
  });

  it("of another database is another", async () => {
    const [first, second] = [await lockDatabase(place().db, FAST), await lockDatabase(place().db, FAST)];
    expect([first.waited, second.waited]).toEqual([false, false]);
    first.release();
    second.release();
  });

  it("names who has it, once", async () => {
    const { db } = place();
    const first = await lockDatabase(db, FAST);
    const told: string[] = [];
    const second = lockDatabase(db, { ...FAST, onWait: (who) => told.push(who) });
    await sleep(100);
    first.release();
    (await second).release();
    expect(told).toEqual([`process ${process.pid} on ${os.hostname()}`]);
  });

  it("is kept however long it takes by who shows life", async () => {
    const { db } = place();
    const first = await lockDatabase(db, FAST);
    let taken = false;
    const second = lockDatabase(db, FAST).then((lock) => {
      taken = true;
      return lock;
    });
    await sleep(3 * FAST.patienceMs);
    expect(taken).toBe(false);
    first.release();
    (await second).release();
  });

  it.each<[string, () => Promise<string>, boolean]>([
    ["a process of this host that has ended", async () => holder(await endedProcess(), os.hostname()), false],
    ["a process of another host that shows no life", async () => holder(1, "elsewhere"), true],
    ["a process with a number that is in use again", async () => holder(process.pid, os.hostname()), true],
    ["a process that was killed while it wrote its name", async () => "", true],
  ])("of %s is taken over", async (_, text, waited) => {
    const { db, file } = place();
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, await text());
    const lock = await lockDatabase(db, FAST);
    expect(lock.waited).toBe(waited);
    expect(JSON.parse(fs.readFileSync(file, "utf8"))).toMatchObject({ process: process.pid });
    lock.release();
  });

  it("goes with its process", async () => {
    const { db, file } = place();
    const script = `import(${JSON.stringify(project("lib/files/lock.ts"))}).then(async ({ lockDatabase }) => { await lockDatabase(${JSON.stringify(db)}); process.exit(3); })`;
    const child = spawn(process.execPath, ["--import", "tsx", "-e", script], { cwd: project(), stdio: "inherit" });
    expect((await once(child, "exit"))[0]).toBe(3);
    expect(fs.existsSync(path.dirname(file))).toBe(true);
    expect(fs.existsSync(file)).toBe(false);
  });

  it("cannot be taken where a file stands for the folder", async () => {
    const file = path.join(root, "file");
    fs.writeFileSync(file, "");
    await expect(lockDatabase(path.join(file, "a.duckdb"))).rejects.toThrow(
      /a\.duckdb can't be built: .*file can't be written \((ENOTDIR|EEXIST)\)/,
    );
  });
});
