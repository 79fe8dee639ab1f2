/** Golden files of tests: what was right stays beside the code, a difference is left beside it. */
import fs from "node:fs";
import path from "node:path";

/** Digits that survive another version of the machine's `log` and `pow`. */
const SIGNIFICANT_DIGITS = 12;

export interface GoldenResult {
  readonly expected: string;
  readonly actual: string;
  /** Where the difference was left, or null when there is none. */
  readonly changed: string | null;
}

/**
 * Compares a JSON value with `<folder>/<name>.golden.json`, numbers at 12 significant digits. A missing golden is
 * written, except in CI (`CI=true`), where it is an error. A value that differs is left as `<name>-changed.golden.json`.
 */
export function compareWithGolden(folder: string, name: string, value: unknown): GoldenResult {
  const file = path.join(folder, `${name}.golden.json`);
  const changed = path.join(folder, `${name}-changed.golden.json`);
  const actual = `${JSON.stringify(value, (_key, member: unknown) => (typeof member === "number" ? Number(member.toPrecision(SIGNIFICANT_DIGITS)) : member), 1)}\n`;
  if (!fs.existsSync(file)) writeNew(file, actual);
  const expected = fs.readFileSync(file, "utf8");
  fs.rmSync(changed, { force: true });
  if (expected === actual) return { expected, actual, changed: null };
  fs.writeFileSync(changed, actual);
  return { expected, actual, changed };
}

function writeNew(file: string, text: string): void {
  if (process.env.CI === "true") throw new Error(`${file} is missing; run the test on a development machine and commit the file`);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}
