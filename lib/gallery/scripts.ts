/** The scripts of the pages: bundled in a checkout, ready in the package. */
import fs from "node:fs/promises";
import { BUILT, projectFile } from "../files/program.ts";
import type { ScriptName } from "./assets.ts";
import { scriptFile } from "./links.ts";

/** @returns text by path in the gallery */
export async function pageScripts(names: readonly ScriptName[]): Promise<Map<string, Uint8Array>> {
  return new Map(await Promise.all(names.map(async (name) => [scriptFile(name), await scriptOf(name)] as const)));
}

async function scriptOf(name: ScriptName): Promise<Uint8Array> {
  if (BUILT) return fs.readFile(projectFile(`dist/pages/${name}.js`));
  const { bundled } = await import("./bundle.ts");
  return (await bundled(name)).text;
}
