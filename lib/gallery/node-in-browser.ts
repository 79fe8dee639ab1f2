/**
 * Bundles modules of the program that read the project's own files, such as queries, for a browser: the SQL in their folders comes along,
 * and a few modules of Node are replaced by what they can be there.
 */
import fs from "node:fs";
import path from "node:path";
import type { Plugin } from "esbuild";
import { globSync } from "tinyglobby";
import { QUESTIONS_FOLDER } from "../assistant/questions/load.ts";
import { PROJECT_FOLDER, projectFile } from "../files/program.ts";

const HERE = "lib/gallery/features/own-trace/worker/node";
const REPLACED: readonly (readonly [imported: RegExp, by: string])[] = [
  [/^node:fs$/, `${HERE}/fs.ts`],
  [/^node:url$/, `${HERE}/url.ts`],
  [/^node:buffer$/, `${HERE}/buffer.ts`],
  [/^node:path$/, "node_modules/pathe/dist/index.mjs"],
  [/\/files\/program\.ts$/, `${HERE}/program.ts`],
  [/\/glyphs\.ts$/, `${HERE}/glyphs.ts`],
  // The package says where its build for browsers is to bundlers for Node alone.
  [/^@duckdb\/duckdb-wasm\/blocking$/, "node_modules/@duckdb/duckdb-wasm/dist/duckdb-browser-blocking.mjs"],
  // Imported by modules of which only other parts are used.
  [/^(node:.*|@duckdb\/node-api|tinyglobby|sharp|.*\/files\/(atomic|lock)\.ts)$/, `${HERE}/none.cjs`],
];
/** A module that reads files of the project finds them by its own address, or by their path in the project. */
const READS_FILES = /import\.meta\.url|projectFile\(/;
/** Virtual modules that add the SQL of a folder to the files that can be read. */
const SQL_OF = "sql-of:";
/** Read by modules of other folders. */
const READ_FROM: Readonly<Record<string, string>> = { "lib/assistant/questions/load.ts": QUESTIONS_FOLDER };

export function nodeInBrowser(): Plugin {
  return {
    name: "node-in-browser",
    setup({ initialOptions, onResolve, onLoad }) {
      initialOptions.define = { ...initialOptions.define, "process.argv": "[]", "process.env": "{}", "import.meta.url": "__sourceUrl" };
      for (const [filter, by] of REPLACED) onResolve({ filter }, () => ({ path: projectFile(by) }));
      onLoad({ filter: /\.tsx?$/ }, ({ path: file }) => {
        const source = sourceOf(file);
        const text = fs.readFileSync(file, "utf8");
        if (source.startsWith("node_modules/") || source.startsWith(HERE) || !READS_FILES.test(text)) return null;
        const folders = [path.posix.dirname(source), READ_FROM[source]].filter((folder) => folder !== undefined);
        const imports = folders.map((folder) => `import "${SQL_OF}${folder}";\n`).join("");
        const added = `${imports}const __sourceUrl = ${JSON.stringify(`file:///${source}`)};\n`;
        return { contents: added + text, loader: file.endsWith("x") ? "tsx" : "ts" };
      });
      onResolve({ filter: new RegExp(`^${SQL_OF}`) }, ({ path: name }) => ({ path: name.slice(SQL_OF.length), namespace: SQL_OF }));
      onLoad({ filter: /.*/, namespace: SQL_OF }, ({ path: folder }) => ({
        contents: `import { addFiles } from "./${HERE}/fs.ts";\naddFiles(${JSON.stringify(sqlIn(folder))});\n`,
        resolveDir: PROJECT_FOLDER,
      }));
    },
  };
}

function sourceOf(file: string): string {
  return path.relative(PROJECT_FOLDER, file).replaceAll(path.sep, "/");
}

/** By path from the root; with the words of questions. */
function sqlIn(folder: string): Record<string, string> {
  const files = globSync("**/{*.sql,question.md}", { cwd: projectFile(folder) }).sort();
  return Object.fromEntries(files.map((file) => [`/${folder}/${file}`, fs.readFileSync(projectFile(path.join(folder, file)), "utf8")]));
}
