/** Where the program's own files are and how it is called: the same questions in a checkout and in the installed package. */
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const HERE = fileURLToPath(import.meta.url);

/** A checkout runs from TypeScript; the installed package runs JavaScript built from it, in `dist/`, and holds the sources, too. */
export const BUILT = HERE.endsWith(".js");

/** Folder of `package.json`. */
export const PROJECT_FOLDER = folderWith("package.json", path.dirname(HERE));

/** Absolute path of a file of the project, e.g. `data/sample.jsonl.gz`. */
export function projectFile(file: string): string {
  return path.join(PROJECT_FOLDER, file);
}

/** What to import for a source file: in the package, a file of the project has been built. */
export function moduleUrl(source: string): string {
  const inside = path.relative(PROJECT_FOLDER, source);
  const isBuilt = BUILT && !inside.startsWith("..") && !path.isAbsolute(inside);
  return pathToFileURL(isBuilt ? projectFile(path.join("dist", inside.replace(/\.ts$/, ".js"))) : source).href;
}

/**
 * Options of a Tinypool whose threads run a source file such as `lib/render/worker.ts`. Threads start without the TypeScript loader
 * of the main program: in a checkout another module registers it first.
 */
export function threadsOf(source: string): { readonly filename: string; readonly workerData?: string } {
  const filename = moduleUrl(projectFile(source));
  return BUILT ? { filename } : { filename: projectFile("lib/files/thread.mjs"), workerData: filename };
}

/** How `fork` starts a source file as a process of its own, with the TypeScript loader in a checkout. */
export function processOf(source: string): { readonly file: string; readonly execArgv: readonly string[] } {
  const file = fileURLToPath(moduleUrl(projectFile(source)));
  return { file, execArgv: BUILT ? [] : ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href] };
}

/** Files of packages that the built package brings along: those packages are large, and it needs little of them. */
export const BROUGHT = [
  "@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js",
  "@duckdb/duckdb-wasm/dist/duckdb-eh.wasm",
  "dejavu-fonts-ttf/package.json",
  "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf",
  "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
  "dejavu-fonts-ttf/ttf/DejaVuSerif.ttf",
] as const;

/** Absolute path of such a file. */
export function broughtFile(file: (typeof BROUGHT)[number]): string {
  return BUILT ? projectFile(`dist/packages/${file}`) : createRequire(import.meta.url).resolve(file);
}

/** How the program is called, for usage lines. */
export const PROGRAM = BUILT ? "npx trace-atlas" : "npx tsx run-all.ts";

/** A command to copy into a POSIX shell, e.g. `npx tsx run-all.ts gallery --serve` for `["gallery", "--serve"]`. */
export function commandLine(words: readonly string[]): string {
  return [PROGRAM, ...words.map(quoted)].join(" ");
}

/** Anything but plain characters goes in single quotes. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function folderWith(file: string, folder: string): string {
  return fs.existsSync(path.join(folder, file)) ? folder : folderWith(file, path.dirname(folder));
}
