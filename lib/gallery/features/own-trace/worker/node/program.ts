/** lib/files/program.ts in a browser: the project is the root of the files that are bundled with the script. */
export const PROJECT_FOLDER = "/";
export const PROGRAM = "npx trace-atlas";

export function projectFile(file: string): string {
  return `/${file}`;
}

export function commandLine(words: readonly string[]): string {
  return [PROGRAM, ...words].join(" ");
}

/** Not bundled with the script. */
export function broughtFile(file: string): string {
  return `/node_modules/${file}`;
}
