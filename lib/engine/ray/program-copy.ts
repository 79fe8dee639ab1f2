/** A copy of this program in a folder of its own, with the packages that the command `map` needs: what Ray sends to its nodes. */
import fs from "node:fs";
import path from "node:path";
import { BUILT, PROJECT_FOLDER, projectFile } from "../../files/program.ts";

/** Packages that `map` loads. Those of a checkout are part of the built program. */
const PACKAGES = [
  "@duckdb/node-api",
  "@pydantic/genai-prices",
  "es-module-lexer",
  "fastest-levenshtein",
  "fzstd",
  "ml-matrix",
  "papaparse",
  "string-width",
  "tinyglobby",
  "yargs",
];
const PACKAGES_OF_CHECKOUT = ["dejavu-fonts-ttf", "diff", "fontkit", "tsx", "zod"];

const ENTRIES = ["package.json", "LICENSE", "NOTICE", "run-all.ts", "lib", "experiments", "data/pricing.json", "data/model-windows.json"];
const LEFT_OUT = /\.(?:test\.tsx?|golden\.json|png|webp)$|^lib\/(?:testing|package)\/|^dist\/(?:packages\/@duckdb|pages|types)\//;

/** Copies it and returns the words that start it from there. The nodes need the same operating system and processor. */
export function copyProgram(folder: string): string[] {
  for (const entry of BUILT ? [...ENTRIES, "dist"] : ENTRIES)
    fs.cpSync(projectFile(entry), path.join(folder, entry), {
      recursive: true,
      filter: (file) => !LEFT_OUT.test(path.relative(PROJECT_FOLDER, file).replaceAll(path.sep, "/")),
    });
  const copied = new Map<string, string>();
  for (const name of BUILT ? PACKAGES : [...PACKAGES, ...PACKAGES_OF_CHECKOUT]) copyPackage(name, PROJECT_FOLDER, folder, copied, folder);
  return BUILT ? ["node", "dist/run-all.js"] : ["node", "--import", "tsx", "run-all.ts"];
}

/**
 * Copies a package and those that it depends on.
 * @param from where it is needed
 * @param to the copy of what needs it
 * @param copied folders by their copies
 */
function copyPackage(name: string, from: string, to: string, copied: Map<string, string>, root: string): void {
  const source = packageFolder(name, from);
  // Optional ones, for other systems, need not be there.
  if (source === null) return;
  const shared = path.join(root, "node_modules", name);
  const target = (copied.get(shared) ?? source) === source ? shared : path.join(to, "node_modules", name);
  if (copied.get(target) === source) return;
  copied.set(target, source);
  fs.cpSync(source, target, { recursive: true, dereference: true, filter: (file) => path.relative(source, file) !== "node_modules" });
  const {
    dependencies = {},
    optionalDependencies = {},
  }: Record<string, Record<string, string>> = JSON.parse(fs.readFileSync(path.join(source, "package.json"), "utf8"));
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) copyPackage(needed, source, target, copied, root);
}

/** As Node looks for it. */
function packageFolder(name: string, from: string): string | null {
  const found = path.join(from, "node_modules", name);
  if (fs.existsSync(path.join(found, "package.json"))) return fs.realpathSync(found);
  const above = path.dirname(from);
  return above === from ? null : packageFolder(name, above);
}
