const { Pool } = await import("../lib/db/open/pool.ts");
const { loadExperiments } = await import("../lib/run/discover.ts");
const { experimentIds } = await import("../lib/artifacts/experiment-folders.ts");
const { outputOf } = await import("../lib/testing/outputs.ts");
const exps = await loadExperiments(experimentIds());
const accounting = process.env.ACC as any;
for (const file of process.argv.slice(2)) {
  const a = await Pool.open(file, { threads: 1, accounting }), b = await Pool.open(file, { threads: 4, accounting }), c = await Pool.open(file, { threads: 1, shards: 3, accounting });
  for (const e of exps) {
    try {
      const x = await outputOf(e, a), y = await outputOf(e, b), z = await outputOf(e, c);
      for (const [n, o] of [["threads", y], ["shards", z]] as const) if (x !== o) { let i = 0; while (x[i] === o[i]) i++; console.log(file, e.id, n, JSON.stringify(x.slice(Math.max(0, i - 150), i + 60)), "<>", JSON.stringify(o.slice(i, i + 60))); }
    } catch (x: any) { console.log(file, e.id, "FAIL", String(x.message).slice(0, 150)); }
  }
  a.close(); b.close(); c.close();
  console.log("done", file);
}
