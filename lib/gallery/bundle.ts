/** Bundles the scripts of the pages: in a checkout when a gallery is built, for the package when it is packed. */
import { build, type Plugin } from "esbuild";
import { PROJECT_FOLDER, projectFile } from "../files/program.ts";
import { SCRIPTS, type ScriptName } from "./assets.ts";
import { nodeInBrowser } from "./node-in-browser.ts";

interface Replacement {
  readonly imported: RegExp;
  readonly by: string;
}

/** What scripts import in place of modules that are not for browsers. */
export const FOR_BROWSERS: readonly Replacement[] = [
  { imported: /\/codec\.ts$/, by: "lib/sidecar/codec-browser.ts" },
  { imported: /\/files\/hash\.ts$/, by: "lib/files/hash-browser.ts" },
  { imported: /\/advances\.ts$/, by: "lib/chart/advances-browser.ts" },
  { imported: /\/gunzip\.ts$/, by: "lib/files/gunzip-browser.ts" },
];
const FOR_ONE: Partial<Record<ScriptName, Replacement>> = {
  "drop-drawer": { imported: /^vega-canvas$/, by: "lib/gallery/features/drop/client/offscreen-canvas.ts" },
};

export interface Script {
  /** The same bytes for the same sources and versions. */
  readonly text: Uint8Array;
  /** Files that are in it: paths from the project's folder. */
  readonly files: readonly string[];
}

/** What this process has bundled: sources don't change while it runs. */
const bundles = new Map<ScriptName, Promise<Script>>();

export function bundled(name: ScriptName): Promise<Script> {
  const made = bundles.get(name) ?? bundle(name);
  bundles.set(name, made);
  return made;
}

async function bundle(name: ScriptName): Promise<Script> {
  const { outputFiles, metafile } = await build({
    entryPoints: [projectFile(`lib/gallery/${SCRIPTS[name]}`)],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "eof",
    absWorkingDir: PROJECT_FOLDER,
    metafile: true,
    tsconfigRaw: {},
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [
      ...[...FOR_BROWSERS, ...(FOR_ONE[name] ? [FOR_ONE[name]] : [])].map(replacing),
      ...(name === "own-trace-worker" ? [nodeInBrowser()] : []),
    ],
    logLevel: "silent",
  });
  const [text = new Uint8Array()] = outputFiles.map(({ contents }) => contents);
  return { text, files: Object.keys(metafile.inputs) };
}

export function replacing({ imported, by }: Replacement): Plugin {
  const path = projectFile(by);
  return { name: `replacing by ${by}`, setup: (build) => build.onResolve({ filter: imported }, () => ({ path })) };
}
