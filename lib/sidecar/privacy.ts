/** Keeps the paths of the machine that drew a figure out of it. */
import os from "node:os";

/** Home and working folder of whoever runs this. */
export function machineRoots(): string[] {
  return [os.homedir(), process.cwd()];
}

/** Throws an Error that shows the first path below one of `roots` that `text` contains; `what` names the text. */
export function assertNoMachinePaths(text: string, what: string, roots: readonly string[] = machineRoots()): void {
  for (const spelling of spellings(roots)) {
    const at = pathIn(text, spelling);
    if (at >= 0) {
      const shown = text.slice(at, at + spelling.length + 40).split(/["'\s]/, 1)[0];
      throw new Error(`${what} contains a path of this machine (${shown}), which a figure must not carry`);
    }
  }
}

/** `text` with every one of `roots` replaced by three dots. */
export function withoutMachinePaths(text: string, roots: readonly string[] = machineRoots()): string {
  return spellings(roots).reduce(withoutRoot, text);
}

function withoutRoot(text: string, root: string): string {
  const at = pathIn(text, root);
  return at < 0 ? text : withoutRoot(`${text.slice(0, at)}...${text.slice(at + root.length)}`, root);
}

/**
 * Each root as it is, with forward slashes, and as inside a JSON string; longest first. A root of one folder (`/root`, `/app`)
 * says nothing about anyone and occurs in many texts, so it is left out.
 */
function spellings(roots: readonly string[]): string[] {
  const telling = roots.map((root) => root.replace(/[\\/]+$/, "")).filter((root) => root.split(/[\\/]/).filter(Boolean).length >= 2);
  const all = telling.flatMap((root) => [root, root.replaceAll("\\", "/"), root.replaceAll("\\", "\\\\")]);
  return [...new Set(all)].sort((a, b) => b.length - a.length);
}

/** Index of `root` in `text` where it is a path and not part of a longer name. */
function pathIn(text: string, root: string): number {
  for (let at = text.indexOf(root); at >= 0; at = text.indexOf(root, at + 1)) {
    const before = text[at - 1] ?? "";
    const after = text[at + root.length] ?? "";
    if (!/[\w.-]/.test(before) && !/[\w-]/.test(after)) return at;
  }
  return -1;
}
