/** The generator as a process of its own. */
import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { project } from "../lib/testing/paths.ts";
import { poolText } from "./generate.ts";

const program = (...argv: string[]) => ["--import", "tsx", project("data/generate.ts"), ...argv];
const generate = (...argv: string[]) => promisify(execFile)(process.execPath, program(...argv), { cwd: project() });

it("writes to standard output", async () => {
  expect((await generate("--steps", "20", "--seed", "3", "-o", "-")).stdout).toBe([...poolText(20, 3)].join(""));
});

it("explains itself", async () => {
  const { stdout } = await generate("--help");
  for (const flag of ["--steps", "--seed", "--output"]) expect(stdout).toContain(flag);
});

it("prints what it refuses and exits with 2", async () => {
  const failure = await generate("--rows", "5").catch((error) => error);
  expect(failure.code).toBe(2);
  expect(failure.stderr).toMatch(/^.*Unknown argument: rows.*\n$/);
});

it("stops quietly when its reader has seen enough", async () => {
  const child = spawn(process.execPath, program("--steps", "1000000000", "-o", "-"), { cwd: project() });
  let complaints = "";
  child.stderr.on("data", (data) => {
    complaints += data;
  });
  child.stdout.once("data", () => child.stdout.destroy());
  expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
  expect(complaints).toBe("");
});
