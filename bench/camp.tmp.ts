const { Pool } = await import("../lib/db/open/pool.ts");
const { queriesOf, completed } = await import("../lib/run/compute.ts");
const { loadExperiments } = await import("../lib/run/discover.ts");
const { experimentIds } = await import("../lib/artifacts/experiment-folders.ts");
const { parseFlags } = await import("../lib/run/flags.ts");
const exps = await loadExperiments(experimentIds());
for (const file of process.argv.slice(2)) {
  const pool = await Pool.open(file, { threads: 1 });
  const done = new Map<string, any>();
  const run = async (e: any): Promise<any> => {
    if (done.has(e.id)) return done.get(e.id);
    const needs: any = {};
    for (const [n, d] of Object.entries(e.needs) as any) needs[n] = (await run(d)).provides;
    const q = queriesOf(e, pool);
    const r = await completed(e, await e.run({ db: q, options: parseFlags(e.flags, {}), needs, log: () => {} }), pool);
    await q.close();
    done.set(e.id, r);
    return r;
  };
  for (const e of exps) {
    try {
      const r = await run(e);
      const texts = [...r.figures.flatMap((f: any) => [f.title, f.subtitle, f.caption, f.alt, f.reading]), ...r.headlines.flatMap((h: any) => [h.label, h.value]), ...r.notes];
      for (const t of texts) if (/\bundefined\b|\bNaN\b|\[object|Infinity|\bnull\b/.test(String(t ?? ""))) console.log(file, e.id, "TEXT", String(t).slice(0, 200));
      for (const f of r.figures) { const s = JSON.stringify(f.spec); if (/undefined|NaN/.test(s)) console.log(file, e.id, f.name, "SPEC", /.{40}(undefined|NaN).{20}/.exec(s)?.[0]); }
    } catch (x: any) { console.log(file, e.id, "FAIL", String(x.message).slice(0, 200), String(x.stack).split("\n").slice(1, 4).map((l) => l.trim().replace(/\(.*items31\//, "(")).join(" | ")); }
  }
  pool.close();
  console.log("done", file);
}
