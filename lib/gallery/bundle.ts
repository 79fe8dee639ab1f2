/** Scripts of the pages: each entry becomes one classic script, because modules don't load from a disk. */
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { scriptFile } from "./links.ts";

const GALLERY = fileURLToPath(new URL("./", import.meta.url));

/** Entries of the scripts by name. */
const ENTRIES: Readonly<Record<string, string>> = {
  theme: "page/client/theme.ts",
  gallery: "page/client/gallery.ts",
  vega: "page/client/vega.ts",
  experiment: "features/experiment/client.ts",
  compare: "features/compare/client.ts",
  timeline: "features/sessions/client.ts",
  ask: "features/ask/client.ts",
  "ask-engine": "features/ask/client/engine.ts",
  drop: "features/drop/client.ts",
  "drop-reader": "features/drop/client/reader.ts",
  "drop-drawer": "features/drop/client/drawer.ts",
  diff: "features/diff/client.ts",
};

/**
 * Bundles entries by name with everything they import.
 * @returns text by path in the gallery; the same for the same sources and versions
 */
export function bundleScripts(names: readonly string[], plugins: readonly Plugin[] = []): Promise<Map<string, Uint8Array>> {
  if (plugins.length > 0) return bundle(names, plugins);
  const key = names.join();
  const made = bundles.get(key) ?? bundle(names, []);
  bundles.set(key, made);
  return made;
}

/** What this process has bundled: sources don't change while it runs. */
const bundles = new Map<string, Promise<Map<string, Uint8Array>>>();

async function bundle(names: readonly string[], plugins: readonly Plugin[]): Promise<Map<string, Uint8Array>> {
  const result = await build({
    entryPoints: names.map((name) => ({ in: `${GALLERY}${ENTRIES[name]}`, out: name })),
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "eof",
    outdir: "/",
    absWorkingDir: GALLERY,
    tsconfigRaw: {},
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [...plugins],
    logLevel: "silent",
  });
  return new Map(result.outputFiles.map((file) => [scriptFile(file.path.replace(/^.*[/\\]|\.js$/g, "")), file.contents]));
}
