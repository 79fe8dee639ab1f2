#!/usr/bin/env node
/**
 * Names every file that differs between two output folders of runs: tables, documents and specs byte by byte.
 *
 *   node .ci/compare-outs.mjs BEFORE AFTER [--added datapackage.json] [--specs]
 *
 * Left out: what names versions, hashes or a folder (artifacts.json, run.json, logs, databases, the gallery) and pictures, whose
 * sidecars carry source code. With --specs, figure ids, read from artifacts.json, are compared as well as the specs.
 * Exit status: 0 equal, 1 different, 2 wrong call.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { added: { type: "string", multiple: true, default: [] }, specs: { type: "boolean", default: false } },
});
const [before, after] = positionals;
if (!before || !after || positionals.length > 2) {
  console.error("usage: compare-outs.mjs BEFORE AFTER [--added NAME] [--specs]");
  process.exit(2);
}

const LEFT_OUT = /^(logs|gallery|collected)\/|\/logs\/|(^|\/)(artifacts|run|explore)\.json$|\.(png|svg|duckdb)$|(^|\/)\./;
const wanted = (file) => !LEFT_OUT.test(file) && (values.specs || !file.endsWith(".vl.json"));

/** Hashes by file, and figure ids where these are asked for. */
function contentsOf(folder) {
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"));
  const hash = (file) =>
    createHash("sha256")
      .update(fs.readFileSync(path.join(folder, file)))
      .digest("hex");
  const contents = new Map(names.filter(wanted).map((file) => [file, hash(file)]));
  if (values.specs) for (const file of names.filter((name) => name.endsWith("/artifacts.json"))) addFigureIds(folder, file, contents);
  return contents;
}

function addFigureIds(folder, file, contents) {
  const { id: experiment, figures } = JSON.parse(fs.readFileSync(path.join(folder, file), "utf8"));
  for (const { name, id } of figures) contents.set(`${experiment}/${name} (figure id)`, id);
}

const [a, b] = [contentsOf(before), contentsOf(after)];
const excused = (file) => values.added.includes(path.basename(file));
const lines = [
  ...[...a.keys()].filter((file) => !b.has(file)).map((file) => `missing    ${file}`),
  ...[...b.keys()].filter((file) => !a.has(file) && !excused(file)).map((file) => `added      ${file}`),
  ...[...a.keys()].filter((file) => b.has(file) && a.get(file) !== b.get(file)).map((file) => `different  ${file}`),
].sort();
for (const line of lines) console.log(line);
const added = [...b.keys()].filter((file) => !a.has(file) && excused(file)).length;
console.log(`${a.size} compared, ${lines.length} deviations${added > 0 ? `, ${added} expected additions` : ""}`);
process.exit(lines.length > 0 ? 1 : 0);
