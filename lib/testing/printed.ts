/** For tests: what the queries of a plan gave on a reference pool, as printed in `../shared/spec/beyond`. Only where `hasShared` holds. */
import fs from "node:fs";
import { shared } from "./paths.ts";
import type { ReferencePool } from "./reference-pools.ts";

/** Cells are texts, numbers, null, or lists of numbers. */
type PrintedRow = Readonly<Record<string, unknown>>;

/** The printed rows of each query of a plan, in its order; long results are cut. Whole numbers are printed as texts and are numbers here. */
export function printedRows(pool: ReferencePool, plan: string): PrintedRow[][] {
  const file = shared("spec", "beyond", `expected-${pool}.txt`);
  const [, ...plans] = fs.readFileSync(file, "utf8").split(/^##### /m);
  const section = plans.find((text) => text.startsWith(`${plan}.md\n`));
  if (section === undefined) throw new Error(`${file} has nothing of ${plan}`);
  const [, ...queries] = section.split(/^-- /m);
  return queries.map((text) =>
    text
      .split("\n")
      .filter((line) => line.startsWith("    {"))
      .map(
        (line): PrintedRow => JSON.parse(line, (_, value) => (typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value)),
      ),
  );
}
