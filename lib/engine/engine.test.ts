/**
 * The shards of the sample as tasks: in processes here, and on a Ray cluster of two nodes on loopback to which everything happens that a
 * cluster may see. Ray needs `python3` with the package `ray` on the PATH. `npm run engines` runs them.
 */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { experimentIds, rootsWith } from "../artifacts/experiment-folders.ts";
import { mapAll } from "../cli/map-all.ts";
import { Pool } from "../db/open/pool.ts";
import { exportPool } from "../export/export.ts";
import { processOf } from "../files/program.ts";
import { loadExperiments, selectIds } from "../run/discover.ts";
import { mountDisk, unmountAll } from "../testing/disks.ts";
import { outputsOf } from "../testing/outputs.ts";
import { project } from "../testing/paths.ts";
import { descendantsOf, hasRay, kill, parentOf, type RayNode, startHead, startNode, wordsOf } from "../testing/ray-cluster.ts";
import { referenceDatabase } from "../testing/reference-pools.ts";
import { hashesOf } from "../testing/runs.ts";
import { sampleDatabase } from "../testing/sample.ts";
import { rayEngine } from "./ray/ray.ts";

const LONG = process.env.LONG === "1";
/** With LONG: a database of any size, which takes as long as that says. */
const { LARGE_POOL } = process.env;
const LONG_TIMEOUT = 6 * 3_600_000;
const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "engines-")));
const experiments = await loadExperiments(experimentIds());
const few = await loadExperiments(selectIds(experimentIds(), ["prefix_cache/cache_hit_ratio", "trace_facts/volume_over_time"]));
if (!hasRay) console.warn("SKIPPED: the tests on a Ray cluster, because python3 can't import ray.");

afterAll(() => {
  unmountAll();
  fs.rmSync(root, { recursive: true });
});

async function inShards(shards: number, db?: string): Promise<string> {
  const out = path.join(root, `pool-${shards}-${path.basename(db ?? "sample")}`);
  if (!fs.existsSync(out)) await exportPool({ db: db ?? (await sampleDatabase()), out, format: "parquet", shards });
  return out;
}

let folders = 0;
const newFolder = () => path.join(root, `parts-${folders++}`);

const valuesFor = (db: string, parts: string) => ({
  db,
  parts,
  input: [],
  out: root,
  experiments: [],
  accounting: undefined,
  prices: undefined,
  labels: undefined,
  threads: 1,
  memory: "2GB",
  jobs: 2,
});

/** What is said while tasks run. */
async function saidWhile(work: () => Promise<unknown>): Promise<string> {
  let said = "";
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += text;
    return true;
  });
  try {
    await work();
    return said;
  } catch (error) {
    throw new Error(`failed after:\n${said}`, { cause: error });
  } finally {
    spy.mockRestore();
  }
}

const partsIn = (parts: string) => new Map(fs.readdirSync(parts).map((file) => [file, fs.statSync(path.join(parts, file)).mtimeMs]));

async function expectMerged(db: string, parts: string, whole: Record<string, string>, asked = experiments): Promise<void> {
  // As in a run, relations of many shards that exceed the memory go to disk.
  const tempDirectory = path.join(root, "spilled");
  const pool = await Pool.open(db, { parts: { folder: parts }, tempDirectory });
  const outputs = await outputsOf(asked, pool);
  for (const { id } of asked) expect(outputs[id], id).toBe(whole[id]);
  expect(pool.partsUsed()?.found).toBeGreaterThan(0);
}

const POOLS: [what: string, database: () => string | Promise<string>, isRead: boolean][] = [
  ["the sample", sampleDatabase, true],
  ["pool A", () => referenceDatabase("pool-a"), LONG],
  ["pool X", () => referenceDatabase("pool-x"), LONG],
  ["a large pool", () => LARGE_POOL ?? "", LONG && LARGE_POOL !== undefined],
];

describe.each(POOLS)("%s", (_, database, isRead) => {
  let db: string;
  let whole: Record<string, string>;
  beforeAll(async () => {
    if (!isRead) return;
    db = await database();
    whole = await outputsOf(experiments, await Pool.open(db));
  });

  it.skipIf(!isRead).each(LONG ? [1, 7, 64] : [7])(
    "in %d shards by local processes: every table and spec has the same bytes",
    async (shards) => {
      const [pool, parts] = [await inShards(shards, db), newFolder()];
      await saidWhile(() => mapAll("local", experiments, { ...valuesFor(pool, parts), rayAddress: undefined }, {}));
      await expectMerged(pool, parts, whole);
    },
    LONG_TIMEOUT,
  );
});

it("a local process that is killed is started again", async () => {
  const [pool, parts] = [await inShards(7), newFolder()];
  const whole = await outputsOf(few, await Pool.open(await sampleDatabase()));
  const killed = onceThereIs(() => descendantsOf(process.pid).find(isTask)).then(kill);
  const said = await saidWhile(() => mapAll("local", few, { ...valuesFor(pool, parts), rayAddress: undefined }, {}));
  await killed;
  expect(said).toMatch(/^Shard \d\/7 is started again: it was killed$/m);
  await expectMerged(pool, parts, whole, few);
});

const HEAP_LIMIT = "--max-old-space-size=700";
/** Two such experiments do not fit into the limit of a process, each alone does. */
const HUNGRY_MB = 400;
const TOO_HUNGRY_MB = 800;

/** Experiments that keep so much in memory. */
async function hungry(...sizes: readonly number[]) {
  const folder = newFolder();
  const ids = sizes.map((mb, i) => {
    const own = path.join(folder, "tests", `hungry_${i}`);
    fs.mkdirSync(own, { recursive: true });
    fs.writeFileSync(path.join(own, "query.sql"), "-- merge: key() sum(n)\nSELECT count(*) AS n FROM rounds");
    fs.writeFileSync(
      path.join(own, "experiment.ts"),
      `import { defineExperiment, query, table } from ${JSON.stringify(project("lib/experiment.ts"))};
const kept: number[][] = [];
export default defineExperiment(import.meta.url, {
  title: "Hungry", question: "How many steps?", empty: "None.",
  run: async ({ db }) => {
    const rows = await db.rows(query("query.sql", { n: "number" }));
    while (process.argv.includes("map") && kept.length < ${mb / 40}) kept.push(new Array<number>(5_000_000).fill(0.5));
    return { tables: [table("steps", rows, { n: { says: "Steps" } }, { title: "Steps" })] };
  },
});`,
    );
    return `tests/hungry_${i}`;
  });
  return { folder, asked: await loadExperiments(ids, rootsWith([folder])) };
}

it("a local process that runs out of memory is started again in two halves", async () => {
  const { folder, asked } = await hungry(HUNGRY_MB, HUNGRY_MB);
  const [pool, parts] = [await inShards(2), newFolder()];
  vi.stubEnv("NODE_OPTIONS", HEAP_LIMIT);
  try {
    const said = await saidWhile(() =>
      mapAll("local", asked, { ...valuesFor(pool, parts), experiments: [folder], jobs: 1, rayAddress: undefined }, {}),
    );
    expect(said).toMatch(/^Shard 1\/2 is computed in two halves: FATAL ERROR: .*JavaScript heap out of memory$/m);
    expect(said).toMatch(/^Shard 2\/2 is computed\.$/m);
  } finally {
    vi.unstubAllEnvs();
  }
  await expectMerged(pool, parts, await outputsOf(asked, await Pool.open(await sampleDatabase())), asked);
});

/** Does something as soon as there is a process for it. */
async function onceThereIs(find: () => number | undefined): Promise<number> {
  return vi.waitUntil(() => find() ?? 0, { timeout: 300_000, interval: 20 });
}

function isTask(pid: number): boolean {
  const words = wordsOf(pid);
  return /(^|\/)node$/.test(words[0] ?? "") && words.includes("map");
}

const started = promisify(execFile);

/** What `npm pack` ships, with the packages of this checkout in place of installed ones. */
async function packedProgram(): Promise<string> {
  const folder = path.join(root, "packed");
  fs.mkdirSync(folder);
  fs.symlinkSync(project("node_modules"), path.join(folder, "node_modules"));
  const { stdout } = await started("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: project() });
  await started("tar", ["-xzf", path.join(folder, stdout.trim()), "-C", folder]);
  return path.join(folder, "package/dist/run-all.js");
}

/** Tables, specs, figures and what else experiments write. */
function drawnIn(out: string): string[] {
  const files = fs.readdirSync(out, { recursive: true, encoding: "utf8" }).filter((file) => fs.statSync(path.join(out, file)).isFile());
  return files.filter((file) => !/^(parts|logs)\/|(^|\/)\.|^run\.json$|^explore\./.test(file)).sort();
}

describe.skipIf(!hasRay)("a Ray cluster of two nodes", () => {
  const SHARDS = 4;
  const LIMITED = { NODE_OPTIONS: HEAP_LIMIT };
  let pool: string;
  let whole: Record<string, string>;
  let cluster: string;
  let head: RayNode;
  let node: RayNode;

  const mapOnRay = (parts: string, asked = few, db = pool) =>
    saidWhile(() => mapAll("ray", asked, { ...valuesFor(db, parts), rayAddress: cluster }, {}));

  const taskOf = (each: RayNode) => each.processes().find(isTask);

  beforeAll(async () => {
    pool = await inShards(SHARDS);
    whole = await outputsOf(few, await Pool.open(await sampleDatabase()));
    ({ node: head, cluster } = await startHead("127.0.0.2", LIMITED));
    node = await startNode(cluster, "127.0.0.3", LIMITED);
  });
  afterAll(async () => {
    await node?.kill();
    await head?.kill();
  });

  describe("with the packed program, in 7 shards", () => {
    let program: string;
    beforeAll(async () => {
      program = await packedProgram();
    });

    describe.each(POOLS)("%s", (_, database, isRead) => {
      it.skipIf(!isRead)(
        "has in every file that is drawn the bytes of a plain run",
        async () => {
          const [sevenths, plain, drawn] = [await inShards(7, await database()), newFolder(), newFolder()];
          const common = ["--db", sevenths, "--threads", "1", "--no-gallery"];
          const { file, execArgv } = processOf("run-all.ts");
          await started(process.execPath, [...execArgv, file, ...common, "--out", plain]);
          const onRay = ["--engine", "ray", "--ray-address", cluster, "--memory", "2GB", "--out", drawn];
          const { stderr } = await started(process.execPath, [program, ...common, ...onRay]);
          for (const { address } of [head, node]) expect(stderr).toContain(`is computed on node ${address}.`);
          const files = drawnIn(plain);
          expect(files.filter((file) => file.endsWith(".png")).length).toBeGreaterThan(experiments.length);
          expect(hashesOf(drawn, drawnIn(drawn))).toEqual(hashesOf(plain, files));
        },
        LONG_TIMEOUT,
      );
    });
  });

  it.each([
    ["a worker", parentOf],
    ["the program of a worker", (pid: number) => pid],
  ])("starts a task again when %s is killed", async (_, victimOf) => {
    const parts = newFolder();
    const [said] = await Promise.all([mapOnRay(parts), onceThereIs(() => taskOf(node)).then((pid) => kill(victimOf(pid)))]);
    expect(said).toMatch(/^Shard \d\/4 is started again: /m);
    await expectMerged(pool, parts, whole, few);
  });

  it("goes on when a node is killed", async () => {
    const parts = newFolder();
    const [said] = await Promise.all([mapOnRay(parts), onceThereIs(() => taskOf(node)).then(() => node.kill())]);
    expect(said).toMatch(/^Shard \d\/4 is started again: /m);
    await expectMerged(pool, parts, whole, few);
    node = await startNode(cluster, "127.0.0.3", LIMITED);
  });

  it("computes on another node what a full disk stops", async ({ skip }) => {
    const disk = mountDisk("64k") ?? skip();
    const full = await startNode(cluster, "127.0.0.4", { TMPDIR: disk });
    fs.writeFileSync(path.join(disk, "full"), Buffer.alloc(60_000));
    try {
      const parts = newFolder();
      const said = await mapOnRay(parts);
      expect(said).toMatch(/^Shard \d\/4 is started again: .*no space is left.* \(on node 127\.0\.0\.4\)/im);
      await expectMerged(pool, parts, whole, few);
    } finally {
      await full.kill();
    }
  });

  it("uses finished parts after the run was killed, whose tasks end", async () => {
    const [parts, out] = [newFolder(), newFolder()];
    const words = ["--db", pool, "--engine", "ray", "--ray-address", cluster, "--threads", "1", "--memory", "2GB", "--parts", parts];
    const only = few.flatMap(({ id }) => ["--only", id]);
    const child = spawn(
      process.execPath,
      ["--import", import.meta.resolve("tsx"), project("run-all.ts"), ...words, ...only, "--out", out, "--no-gallery"],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    for await (const text of child.stderr) if (String(text).includes("is computed on node")) break;
    child.kill("SIGKILL");
    await once(child, "exit");
    await vi.waitUntil(() => !taskOf(head) && !taskOf(node), { timeout: 300_000 });
    const finished = partsIn(parts);
    expect(finished.size).toBeGreaterThan(0);
    await mapOnRay(parts);
    for (const [file, stamp] of finished) expect(partsIn(parts).get(file), file).toBe(stamp);
    await expectMerged(pool, parts, whole, few);
  });

  describe("a task that runs out of memory", () => {
    const mapHungry = async (parts: string, sizes: readonly number[]) => {
      const { folder, asked } = await hungry(...sizes);
      const pool = await inShards(1);
      const values = { ...valuesFor(pool, parts), experiments: [folder], rayAddress: cluster };
      return { pool, asked, said: await saidWhile(() => mapAll("ray", asked, values, {})) };
    };

    it("is computed in two halves", async () => {
      const parts = newFolder();
      const { pool, asked, said } = await mapHungry(parts, [HUNGRY_MB, HUNGRY_MB]);
      expect(said).toMatch(
        /^Shard 1\/1 is computed in two halves: FATAL ERROR: .*JavaScript heap out of memory \(on node 127\.0\.0\.\d\)$/m,
      );
      expect(said).toMatch(/^Shard 1\/1 is computed on node /m);
      await expectMerged(pool, parts, await outputsOf(asked, await Pool.open(await sampleDatabase())), asked);
    });

    it("is named when a half needs too much, too", async () => {
      await expect(mapHungry(newFolder(), [HUNGRY_MB, TOO_HUNGRY_MB])).rejects.toThrow(
        /Shard 1\/1 is missing: FATAL ERROR: .*JavaScript heap out of memory \(on node /,
      );
    });
  });

  it.each([
    [
      "tasks are larger than its nodes",
      { cpus: 64, memoryBytes: 1e9 },
      /a task takes 64 CPUs and 1\.0 GB, and the nodes have .*; give less with --threads and --memory$/,
    ],
  ])("is refused when %s", async (_, size, sentence) => {
    await expect(rayEngine({ address: cluster, ...size }).map([], () => undefined)).rejects.toThrow(sentence);
  });
});
