/** Bundles the scripts of the pages. */
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { SCRIPTS, type ScriptName } from "./assets.ts";
import { scriptFile } from "./links.ts";

const GALLERY = fileURLToPath(new URL("./", import.meta.url));

/** What this process has bundled: sources don't change while it runs. */
const bundles = new Map<string, Promise<Map<string, Uint8Array>>>();

/** @returns text by path in the gallery; the same for the same sources and versions */
export function bundleScripts(names: readonly ScriptName[], plugins: readonly Plugin[] = []): Promise<Map<string, Uint8Array>> {
  if (plugins.length > 0) return bundle(names, plugins);
  const key = names.join();
  const made = bundles.get(key) ?? bundle(names, []);
  bundles.set(key, made);
  return made;
}

async function bundle(names: readonly ScriptName[], plugins: readonly Plugin[]): Promise<Map<string, Uint8Array>> {
  const result = await build({
    entryPoints: names.map((name) => ({ in: `${GALLERY}${SCRIPTS[name]}`, out: name })),
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
