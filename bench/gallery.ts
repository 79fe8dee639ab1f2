/**
 * How long the pages of a finished run take: once into an empty folder, once over the earlier pages.
 * `npx tsx bench/gallery.ts [out]`
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { OWN_ROOTS } from "../lib/artifacts/experiment-folders.ts";
import { readReport } from "../lib/artifacts/run-report.ts";
import { buildGallery } from "../lib/gallery/build.ts";

const out = process.argv[2] ?? "out";
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-bench-"));
try {
  for (const what of ["new", "again"]) {
    const [started, before] = [performance.now(), process.cpuUsage()];
    const { pages } = await buildGallery({
      out,
      report: readReport(out),
      roots: OWN_ROOTS,
      gallery: path.join(scratch, "gallery"),
    });
    const { user, system } = process.cpuUsage(before);
    console.log(
      `${what.padEnd(6)} ${pages} pages ${((performance.now() - started) / 1e3).toFixed(1)} s, processor ${((user + system) / 1e6).toFixed(1)} s`,
    );
  }
} finally {
  fs.rmSync(scratch, { recursive: true });
}
