import fs from "node:fs";
import path from "node:path";
import { broughtFile, PROJECT_FOLDER, projectFile } from "../files/program.ts";

const PACKAGES = ["@duckdb/node-api", "vega", "vega-lite", "canvas", "@pydantic/genai-prices"];

/** Versions of this program, of Node and of the packages that decide what a table or figure looks like. */
export function versions(): Record<string, string> {
  return {
    "trace-atlas": readVersion(projectFile("package.json")),
    node: process.versions.node,
    ...Object.fromEntries(PACKAGES.map((name) => [name, readVersion(packageFile(name, PROJECT_FOLDER))])),
    "dejavu-fonts-ttf": readVersion(broughtFile("dejavu-fonts-ttf/package.json")),
  };
}

/** Of a package.json. */
export function readVersion(file: string): string {
  const { version }: { version: string } = JSON.parse(fs.readFileSync(file, "utf8"));
  return version;
}

/** Found on disk because some packages don't export their package.json. */
function packageFile(name: string, from: string): string {
  const file = path.join(from, "node_modules", name, "package.json");
  if (fs.existsSync(file)) return file;
  const parent = path.dirname(from);
  if (parent === from) throw new Error(`package ${name} is not installed; run npm ci`);
  return packageFile(name, parent);
}
