#!/usr/bin/env node
/**
 * Checks an installed package by itself: size, install scripts, links of its READMEs, and the processor time of --help.
 *
 *   node .ci/installed.mjs FOLDER     with FOLDER/node_modules/trace-atlas
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";

const MOST_MB = 260;
/** Twice what a slow machine takes; loading the whole program takes more. */
const MOST_HELP_SECONDS = 0.8;

const [app = "."] = process.argv.slice(2);
const modules = path.join(app, "node_modules");
const home = path.join(modules, "trace-atlas");
const problems = [];

const megabytes = filesIn(modules).reduce((sum, file) => sum + fs.lstatSync(file).blocks * 512, 0) / 2 ** 20;
if (megabytes > MOST_MB) problems.push(`The installed files take ${megabytes.toFixed(0)} MB; ${MOST_MB} are allowed.`);

const { packages } = JSON.parse(fs.readFileSync(path.join(app, "package-lock.json"), "utf8"));
for (const [name, { hasInstallScript }] of Object.entries(packages)) if (hasInstallScript) problems.push(`${name} has an install script.`);

const documents = filesIn(home).filter((file) => file.endsWith(".md") && !file.includes(`${path.sep}dist${path.sep}`));
for (const file of documents)
  for (const [, target] of fs.readFileSync(file, "utf8").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g))
    if (!fs.existsSync(path.join(path.dirname(file), target)))
      problems.push(`${path.relative(home, file)} links to ${target}, which is not there.`);

const reporting = 'data:text/javascript,process.on("exit", () => console.error(JSON.stringify(process.cpuUsage())))';
const words = ["--import", reporting, path.join(home, "dist/run-all.js"), "--help"];
const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: "utf8" });
const { user, system } = JSON.parse(stderr);
const seconds = (user + system) / 1e6;
if (status !== 0 || !stdout.includes("npx trace-atlas")) problems.push("--help does not name the command.");
if (seconds > MOST_HELP_SECONDS) problems.push(`--help takes ${seconds.toFixed(2)} s of processor time; ${MOST_HELP_SECONDS} are allowed.`);

console.log(
  `installed: ${megabytes.toFixed(0)} MB, ${Object.keys(packages).length - 1} packages, --help ${seconds.toFixed(2)} s of processor time`,
);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function filesIn(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
