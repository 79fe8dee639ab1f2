/** Builds `dist/`, the JavaScript that the package ships next to its sources: `npm pack` runs it, `npm run build` too. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { build, type Plugin } from "esbuild";
import { globSync } from "tinyglobby";
import { BROUGHT, broughtFile, PROJECT_FOLDER, projectFile } from "../files/program.ts";
import { SCRIPTS, type ScriptName } from "../gallery/assets.ts";
import { bundled } from "../gallery/bundle.ts";

const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(read("package.json"));
const DIST = projectFile("dist");
/** What other packages import (see `exports` in package.json), and the program. */
const ENTRIES = ["run-all.ts", "lib/index.ts", "lib/{chart,format,stats,testing,trace}/index.ts", "experiments/*/*/experiment.ts"];
/** They find themselves: one takes what it is called by to tell a checkout from the package, the other starts the program. */
const KNOW_WHERE_THEY_ARE = ["lib/files/program.ts", "lib/experiment.ts"];

fs.rmSync(DIST, { recursive: true, force: true });
const files = [...BROUGHT.map((file) => `node_modules/${file}`), ...(await buildProgram()), ...(await buildPages())];
for (const file of BROUGHT) write(`packages/${file}`, fs.readFileSync(broughtFile(file)));
write("LICENSES.md", licenses(files));
execFileSync(process.execPath, [projectFile("node_modules/typescript/bin/tsc"), "-p", projectFile("lib/package")], { stdio: "inherit" });

/** With the packages that are not installed with it. @returns files that are in it: paths from the project's folder */
async function buildProgram(): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [...globSync([...ENTRIES, ...threadModules()], { cwd: PROJECT_FOLDER })].sort(),
    outbase: PROJECT_FOLDER,
    absWorkingDir: PROJECT_FOLDER,
    outdir: DIST,
    // Beside lib/experiment.ts, because it looks for the program from there.
    chunkNames: "lib/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    // Modules where a package has both: CommonJS would ask for Node's own modules with `require`, which modules don't have.
    mainFields: ["module", "main"],
    target: "node20.19",
    external: [...Object.keys(dependencies), "esbuild"],
    metafile: true,
    plugins: [sourcePlaces(), startedByNode()],
    logLevel: "warning",
  });
  return Object.keys(metafile.inputs);
}

async function buildPages(): Promise<string[]> {
  const names = Object.keys(SCRIPTS) as ScriptName[];
  const scripts = await Promise.all(names.map(bundled));
  for (const [i, { text }] of scripts.entries()) write(`pages/${names[i]}.js`, text);
  return scripts.flatMap((script) => script.files);
}

/** The licenses of the packages that files belong to. */
function licenses(sources: readonly string[]): string {
  const folders = new Set(sources.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license }: Record<"name" | "version" | "license", string> = JSON.parse(read(`${folder}/package.json`));
    const found = fs.readdirSync(projectFile(folder)).find((file) => /^licen[cs]e/i.test(file));
    return `## ${name} ${version}: ${license}\n${found ? `\n${read(`${folder}/${found}`).trim()}\n` : ""}`;
  });
  return `# Licenses of the packages in this folder\n\n${texts.join("\n")}`;
}

/** Modules that threads and processes run. */
function threadModules(): string[] {
  const sources = globSync("lib/**/*.ts", { cwd: PROJECT_FOLDER, ignore: "**/*.test.ts" });
  return sources.flatMap((file) => [...read(file).matchAll(/(?:threads|process)Of\("([^"]+)"\)/g)].map(([, source = ""]) => source));
}

/** In a module, `import.meta.url` stays the address of its source, next to which queries, style sheets and READMEs are. */
function sourcePlaces(): Plugin {
  const setup: Plugin["setup"] = ({ initialOptions, onLoad, onResolve }) => {
    initialOptions.define = { "import.meta.url": "__sourceUrl" };
    onLoad({ filter: /\.tsx?$/, namespace: "file" }, ({ path: file }) => {
      const source = path.relative(PROJECT_FOLDER, file).replaceAll(path.sep, "/");
      const text = read(source);
      const contents = KNOW_WHERE_THEY_ARE.includes(source)
        ? text.replaceAll("import.meta.url", "Object(import.meta).url")
        : `${text}\nimport { url as __sourceUrl } from "source:${source}";\n`;
      return text.includes("import.meta") ? { contents, loader: file.endsWith("x") ? "tsx" : "ts" } : null;
    });
    onResolve({ filter: /^source:/ }, ({ path: name }) => ({ path: name.slice("source:".length), namespace: "source" }));
    onLoad({ filter: /.*/, namespace: "source" }, ({ path: source }) => ({
      contents: `import { pathToFileURL } from "node:url";
import { projectFile } from ${JSON.stringify(projectFile("lib/files/program.ts"))};
export const url = pathToFileURL(projectFile(${JSON.stringify(source)})).href;`,
      resolveDir: PROJECT_FOLDER,
    }));
  };
  return { name: "source-places", setup };
}

function startedByNode(): Plugin {
  const setup: Plugin["setup"] = ({ onLoad }) =>
    onLoad({ filter: /[/\\]run-all\.ts$/ }, () => ({
      contents: read("run-all.ts").replace(/^#!.*/, "#!/usr/bin/env node"),
      loader: "ts",
    }));
  return { name: "started-by-node", setup };
}

function read(source: string): string {
  return fs.readFileSync(projectFile(source), "utf8");
}

function write(file: string, content: string | Uint8Array): void {
  const target = path.join(DIST, file);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, content);
}
