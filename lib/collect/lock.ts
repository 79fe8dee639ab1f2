/** One process at a time in a folder. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { UserError } from "../files/errors.ts";
import { isRunning } from "./output.ts";

interface Holder {
  readonly process: number;
  readonly host: string;
}

/** Lock files of this process. */
const held = new Set<string>();

/**
 * Takes the folder until the returned function is called or the process ends. A lock whose process has ended on this
 * machine is taken over.
 *
 * @throws UserError when another process has it
 */
export function lockFolder(folder: string): () => void {
  const file = path.resolve(folder, ".lock");
  const own = JSON.stringify({ process: process.pid, host: os.hostname() } satisfies Holder);
  while (!tryCreate(file, own)) {
    const found = readText(file);
    if (found === null) continue;
    const holder = holderIn(found);
    if (!holder || isHeld(file, holder)) throw new UserError(lockedSentence(folder, file, holder), 1);
    setAside(file, found);
  }
  held.add(file);
  const release = () => {
    process.off("exit", release);
    held.delete(file);
    fs.rmSync(file, { force: true });
  };
  process.once("exit", release);
  return release;
}

function tryCreate(file: string, text: string): boolean {
  try {
    fs.writeFileSync(file, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Removes a lock whose holder is gone; when another process was faster and has locked anew, its lock is put back. */
function setAside(file: string, expected: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw error;
  }
  if (readText(aside) === expected) fs.rmSync(aside);
  else fs.renameSync(aside, file);
}

function isHeld(file: string, holder: Holder): boolean {
  if (holder.host !== os.hostname()) return true;
  if (holder.process === process.pid) return held.has(file);
  return isRunning(holder.process);
}

function lockedSentence(folder: string, file: string, holder: Holder | null): string {
  const who = holder ? `process ${holder.process} on ${holder.host}` : "another process";
  return `${folder} is in use by ${who}. Wait for it, give another folder, or delete ${file} if no such process runs.`;
}

function holderIn(text: string): Holder | null {
  try {
    const { process: number, host } = JSON.parse(text) as Partial<Holder>;
    return typeof number === "number" && typeof host === "string" ? { process: number, host } : null;
  } catch {
    return null;
  }
}

function readText(file: string): string | null {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;
