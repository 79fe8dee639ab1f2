import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { PROJECT_FOLDER } from "../files/program.ts";

const PACKAGES = ["@duckdb/node-api", "vega", "vega-lite", "canvas", "dejavu-fonts-ttf"];

/** Versions of this program, of Node and of the packages that decide what a table or figure looks like. */
export function versions(): Record<string, string> {
  return {
    "trace-atlas": readVersion(PROJECT_FOLDER),
    node: process.versions.node,
    ...Object.fromEntries(PACKAGES.map((name) => [name, readVersion(packageFolder(name))])),
  };
}

function readVersion(folder: string): string {
  return (JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as { version: string }).version;
}

/** Found on disk because some packages don't export their package.json. */
function packageFolder(name: string): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!fs.existsSync(path.join(folder, "node_modules", name, "package.json"))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`package ${name} is not installed; run npm ci`);
    folder = parent;
  }
  return path.join(folder, "node_modules", name);
}
