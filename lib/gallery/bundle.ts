/** Scripts of the pages: each entry of `client/` becomes one classic script, because modules don't load from a disk. */
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import { scriptFile } from "./links.ts";

const CLIENT = fileURLToPath(new URL("./client/", import.meta.url));

/**
 * Bundles entries, e.g. `gallery` for `client/gallery.ts`, with everything they import.
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
    entryPoints: names.map((name) => ({ in: `${CLIENT}${name}.ts`, out: name })),
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "eof",
    outdir: "/",
    absWorkingDir: CLIENT,
    tsconfigRaw: {},
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [...plugins],
    logLevel: "silent",
  });
  return new Map(result.outputFiles.map((file) => [scriptFile(file.path.replace(/^.*[/\\]|\.js$/g, "")), file.contents]));
}
