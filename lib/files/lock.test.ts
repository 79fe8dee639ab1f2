import { spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it, vi } from "vitest";
import { project } from "../testing/paths.ts";
import { acquireLock, type LockOptions, lockBeside, lockIn, type Sighting, tryLock, Watch } from "./lock.ts";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "lock-"));
afterAll(() => fs.rmSync(root, { recursive: true }));

let folders = 0;
const newLock = () => lockIn(path.join(root, String(folders++)));

const FAST = { pollMs: 5, beatMs: 10, patienceMs: 200 } satisfies LockOptions;
const holder = (process: number, host = os.hostname()) => JSON.stringify({ process, host, serial: 0 });

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid as number;
}

function leave(file: string, text: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

it.each([
  ["a file", lockBeside("/a/trace.duckdb"), "/a/.trace.duckdb.lock"],
  ["a relative path", lockBeside("out/run.json"), path.resolve("out/.run.json.lock")],
  ["a folder that only holders write to", lockIn("/a/state"), "/a/state/.lock"],
])("the lock of %s is %s", (_, file, expected) => {
  expect(file).toBe(expected);
});

describe("a lock", () => {
  it("is taken by one after the other", async () => {
    const file = newLock();
    const order: string[] = [];
    const work = async (name: string) => {
      const lock = await acquireLock(file, FAST);
      order.push(`${name} in`);
      await new Promise(setImmediate);
      order.push(`${name} out`);
      lock.release();
    };
    await Promise.all(["a", "b", "c"].map(work));
    expect(order).toHaveLength(6);
    for (let i = 0; i < order.length; i += 2) expect(order[i + 1]).toBe(order[i]?.replace("in", "out"));
    expect(fs.readdirSync(path.dirname(file))).toEqual([]);
  });

  it("names its holder to those who wait, once", async () => {
    const file = newLock();
    const first = await acquireLock(file, FAST);
    const named: string[] = [];
    const polls = vi.spyOn(fs, "statSync");
    const second = acquireLock(file, { ...FAST, onWait: (who) => named.push(who) });
    await vi.waitFor(() => expect(polls.mock.calls.length).toBeGreaterThan(4), { timeout: 300_000 });
    polls.mockRestore();
    first.release();
    const { waited, release } = await second;
    release();
    expect([first.waited, waited, named]).toEqual([false, true, [`process ${process.pid} on ${os.hostname()}`]]);
  });

  it("is touched as long as it is held", async () => {
    const file = newLock();
    const { release } = await acquireLock(file, FAST);
    fs.utimesSync(file, 0, 0);
    await vi.waitFor(() => expect(fs.statSync(file).mtimeMs).toBeGreaterThan(0), { timeout: 300_000 });
    release();
  });

  it.each<[string, () => Promise<string>, boolean]>([
    ["a process of this host that has ended", async () => holder(await endedProcess()), false],
    ["a process of another host that no longer touches it", async () => holder(1, "elsewhere"), true],
    ["a process whose number is in use again", async () => holder(process.pid), true],
    ["a process that was killed while it wrote its name", async () => "", true],
  ])("of %s is taken over", async (_, text, waited) => {
    const file = newLock();
    leave(file, await text());
    const lock = await acquireLock(file, FAST);
    expect(lock.waited).toBe(waited);
    expect(JSON.parse(fs.readFileSync(file, "utf8"))).toMatchObject({ process: process.pid });
    lock.release();
    expect(fs.readdirSync(path.dirname(file))).toEqual([]);
  });

  it("goes with its process", async () => {
    const file = newLock();
    const script = `import(${JSON.stringify(project("lib/files/lock.ts"))}).then(async ({ acquireLock }) => { await acquireLock(${JSON.stringify(file)}); process.exit(3); })`;
    const child = spawn(process.execPath, ["--import", "tsx", "-e", script], { cwd: project(), stdio: "inherit" });
    expect((await once(child, "exit"))[0]).toBe(3);
    expect(fs.readdirSync(path.dirname(file))).toEqual([]);
  });

  it("cannot be taken where a file is in the place of the folder", async () => {
    const file = path.join(root, "file");
    fs.writeFileSync(file, "");
    await expect(acquireLock(lockBeside(path.join(file, "a.duckdb")), { flag: "--db" })).rejects.toThrow(
      /^Can't write to .*file \((ENOTDIR|EEXIST)\); give another path with --db\.$/,
    );
  });
});

it("has one holder at most, whoever takes it, releases it, twice or too late, or is killed", async () => {
  const dead = await endedProcess();
  const action = fc.record({ who: fc.nat(3), what: fc.constantFrom("take", "release", "kill") });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      const file = newLock();
      const releases: { who: number; release: () => void }[] = [];
      let current: number | null = null;
      for (const { who, what } of actions) {
        if (what === "take") {
          const release = tryLock(file);
          expect(release !== null).toBe(current === null);
          if (release === null) continue;
          releases.push({ who, release });
          current = who;
        } else if (what === "release") {
          for (const one of releases) if (one.who === who) one.release();
          if (current === who) current = null;
        } else if (current === who) {
          leave(file, holder(dead));
          current = null;
        }
      }
      for (const { release } of releases) release();
      if (current !== null) expect(fs.existsSync(file)).toBe(false);
    }),
  );
});

it("is silent when it has not changed for longer than the patience, by our own clock", () => {
  const look = fc.record({ gapMs: fc.nat(100), touched: fc.boolean() });
  fc.assert(
    fc.property(fc.array(look, { minLength: 1 }), fc.nat(200), (looks, patienceMs) => {
      const watch = new Watch(patienceMs);
      let [now, changedAt] = [0, 0];
      let seen: Sighting = { text: "a", changedMs: 0 };
      watch.isSilent(seen, now);
      for (const { gapMs, touched } of looks) {
        now += gapMs;
        // The clock of another host may go backward.
        if (touched) [seen, changedAt] = [{ ...seen, changedMs: seen.changedMs - 1 }, now];
        expect(watch.isSilent(seen, now)).toBe(now - changedAt > patienceMs);
      }
    }),
  );
});
