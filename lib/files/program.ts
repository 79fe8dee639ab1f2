/** Where the program's own files are and how it is called: the same questions in a checkout and in the installed package. */
import fs from "node:fs";
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
