/** One measured process: its wall time, and from /proc its processor time and the peak of its memory. */
import { spawn } from "node:child_process";
import fs from "node:fs";
import { fileURLToPath } from "node:url";

export const PROJECT = fileURLToPath(new URL("../", import.meta.url));

export interface Measurement {
  readonly wall_ms: number;
  /** User and system time of all threads; null where there is no /proc. */
  readonly cpu_ms: number | null;
  /** Largest resident set (VmHWM); null where there is no /proc. */
  readonly peak_rss_mib: number | null;
}

export interface MeasuredRun extends Measurement {
  /** What the process wrote to standard error. */
  readonly said: string;
}

const POLL_MS = 25;
/** Of `utime` and `stime` in /proc/<pid>/stat: fixed at 100 for programs on Linux. */
const TICK_MS = 10;

/** Runs a module of the project in a process of its own. @throws when it ends with another status than 0 */
export function runMeasured(module: string, args: readonly string[]): Promise<MeasuredRun> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(process.execPath, ["--import", "tsx", module, ...args], { cwd: PROJECT, stdio: ["ignore", "ignore", "pipe"] });
    const said: Buffer[] = [];
    let used: Pick<Measurement, "cpu_ms" | "peak_rss_mib"> = { cpu_ms: null, peak_rss_mib: null };
    const look = () => {
      used = usedBy(child.pid as number) ?? used;
    };
    const timer = setInterval(look, POLL_MS);
    child.stderr.on("data", (bytes: Buffer) => said.push(bytes));
    child.once("error", reject);
    child.once("close", (code, signal) => {
      clearInterval(timer);
      const text = Buffer.concat(said).toString("utf8");
      if (code === 0) resolve({ wall_ms: performance.now() - start, ...used, said: text });
      else reject(new Error(`${module} ${args.join(" ")} ended with ${signal ?? `status ${code}`}:\n${text.slice(-2000)}`));
    });
  });
}

/** What a process has used so far; null when it is gone, or where there is no /proc. */
export function usedBy(pid: number | "self"): Pick<Measurement, "cpu_ms" | "peak_rss_mib"> | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"));
    return peak ? { cpu_ms: (Number(fields[11]) + Number(fields[12])) * TICK_MS, peak_rss_mib: Number(peak[1]) / 1024 } : null;
  } catch (error) {
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}

/** Of each figure for itself. */
export function medianOf(measurements: readonly Measurement[]): Measurement {
  return {
    wall_ms: median(measurements.map((m) => m.wall_ms)),
    cpu_ms: medianOrNull(measurements.map((m) => m.cpu_ms)),
    peak_rss_mib: medianOrNull(measurements.map((m) => m.peak_rss_mib)),
  };
}

/** The middle value, of an even number the upper one of the two in the middle. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

function medianOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? median(known) : null;
}
