/** Memory of another process, as its system sees it. */
import { execFile } from "node:child_process";
import fs from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);
const KIB = 1024;

/** Bytes that are resident; null when the process is gone or the system doesn't say. */
export async function memoryOf(pid: number): Promise<number | null> {
  try {
    return process.platform === "win32" ? await fromTaskList(pid) : ((await fromProc(pid)) ?? (await fromPs(pid)));
  } catch {
    return null;
  }
}

/** Null on systems without /proc. */
async function fromProc(pid: number): Promise<number | null> {
  if (process.platform !== "linux") return null;
  return kibibytes(/VmRSS:\s+(\d+) kB/.exec(await fs.readFile(`/proc/${pid}/status`, "utf8"))?.[1]);
}

async function fromPs(pid: number): Promise<number | null> {
  return kibibytes((await run("ps", ["-o", "rss=", "-p", String(pid)])).stdout.trim());
}

async function fromTaskList(pid: number): Promise<number | null> {
  const { stdout } = await run("tasklist", ["/FI", `PID eq ${pid}`, "/FO", "CSV", "/NH"]);
  return kibibytes(/"([\d.,\s]+) K"/.exec(stdout)?.[1]?.replaceAll(/\D/g, ""));
}

function kibibytes(text: string | undefined): number | null {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) * KIB : null;
}
