/** The command as a process of its own: what it writes to a pipe, and what it leaves when it is killed. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { project } from "../testing/paths.ts";
import { claudeTurn, Home, outputTexts } from "./fixture.ts";

const UUIDS = [
  "11111111-1111-4111-8111-111111111111",
  "22222222-2222-4222-8222-222222222222",
  "33333333-3333-4333-8333-333333333333",
] as const;
const [A] = UUIDS;

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home.remove());

const command = ({ killAfterMs }: { killAfterMs?: number }, ...args: readonly string[]) =>
  spawnSync(process.execPath, ["--import", "tsx", project("run-all.ts"), "collect", ...args], {
    cwd: project(),
    encoding: "utf8",
    env: { ...process.env, HOME: home.root },
    killSignal: "SIGKILL",
    ...(killAfterMs === undefined ? {} : { timeout: killAfterMs }),
  });

it("writes to standard output what it writes to a file", async () => {
  home.write(home.claude(A), claudeTurn("a", 0));
  await home.collect();
  expect(command({}, "--home", home.folder, "-o", "-").stdout).toBe(fs.readFileSync(home.output, "utf8"));
});

it("killed at any moment, it leaves what the next run copes with", async () => {
  const filler = { type: "attachment", text: "x".repeat(1 << 16) };
  for (const [i, uuid] of UUIDS.entries())
    home.write(home.claude(uuid), Array.from({ length: 100 }, (_, n) => [...claudeTurn(`t${i}-${n}`, n), filler]).flat());
  for (const killAfterMs of [450, 600, 750]) {
    command({ killAfterMs }, "--home", home.folder, "-o", home.output, "-j", "2");
    home.append(home.claude(A), claudeTurn(`more${killAfterMs}`, killAfterMs));
  }
  await home.collect();
  expect(outputTexts(home.output)).toEqual(await home.collectAfresh());
  const hidden = fs.readdirSync(home.root, { recursive: true, encoding: "utf8" }).filter((name) => /partial|lock|stale/.test(name));
  expect(hidden).toEqual([]);
});
