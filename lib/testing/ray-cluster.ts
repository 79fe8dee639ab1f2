/** A Ray cluster on loopback, whose nodes a test may kill. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";

export const hasRay = spawnSync("python3", ["-c", "import ray"]).status === 0;

const OBJECT_STORE_BYTES = 100_000_000;
const MEMORY_BYTES = 4_000_000_000;

export interface RayNode {
  readonly address: string;
  /** Of all its processes, that of the node itself last. */
  processes(): number[];
  /** As when the power fails. */
  kill(): Promise<void>;
}

/**
 * @param address of this node, by which the cluster is found
 * @param env of its processes, besides that of this one
 */
export async function startHead(
  address: string,
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly node: RayNode; readonly cluster: string }> {
  const port = await freePort(address);
  const node = await start(["--head", `--port=${port}`, "--include-dashboard=false"], address, env);
  return { node, cluster: `${address}:${port}` };
}

/** @param env of its processes, besides that of this one */
export function startNode(cluster: string, address: string, env: NodeJS.ProcessEnv = {}): Promise<RayNode> {
  return start([`--address=${cluster}`], address, env);
}

async function start(words: readonly string[], address: string, env: NodeJS.ProcessEnv = {}): Promise<RayNode> {
  const sizes = ["--num-cpus=1", `--memory=${MEMORY_BYTES}`, `--object-store-memory=${OBJECT_STORE_BYTES}`];
  // Nodes that share a folder take from each other what was sent to them.
  const temp = fs.mkdtempSync(path.join(os.tmpdir(), "ray-"));
  const place = [`--node-ip-address=${address}`, `--temp-dir=${temp}`];
  const child = spawn("ray", ["start", "--block", "--disable-usage-stats", ...place, ...sizes, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
    // Tasks of a cluster give way to all else on a machine, and these are waited for.
    env: { ...process.env, RAY_worker_niceness: "0", ...env },
  });
  const said: string[] = [];
  child.stderr.on("data", (text) => said.push(String(text)));
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (line.includes("Ray runtime started")) return nodeOf(child, address, temp);
  }
  throw new Error(`a Ray node did not start:\n${said.join("\n")}`);
}

function nodeOf(child: ChildProcess, address: string, temp: string): RayNode {
  child.stdout?.resume();
  const pid = Number(child.pid);
  const ended = once(child, "exit");
  const processes = () => [...descendantsOf(pid), pid];
  return {
    address,
    processes,
    kill: async () => {
      // The node first, so that it starts nothing again.
      for (const each of processes().reverse()) kill(each);
      await ended;
      fs.rmSync(temp, { recursive: true, force: true });
    },
  };
}

export function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** The words that a process was started with; none when it has ended. */
export function wordsOf(pid: number): string[] {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
}

export function parentOf(pid: number): number {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0;
  }
}

/** Those further down first. */
export function descendantsOf(pid: number): number[] {
  const pids = fs
    .readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(pids.map((each) => [each, parentOf(each)]));
  const below = (above: number): number[] => pids.filter((each) => parents.get(each) === above).flatMap((each) => [...below(each), each]);
  return below(pid);
}

async function freePort(address: string): Promise<number> {
  const server = createServer().listen(0, address);
  await once(server, "listening");
  const bound = server.address();
  server.close();
  return typeof bound === "object" && bound ? bound.port : 0;
}
