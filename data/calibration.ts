/**
 * How near the bundled sample is to the published pool: `npx tsx data/calibration.ts [--write]` prints the comparison
 * or writes it into README.md of this folder.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import yargs from "yargs";
import { buildDatabase } from "../lib/db/build/build.ts";
import { Pool } from "../lib/db/open/pool.ts";
import { print, say } from "../lib/files/say.ts";
import { grouped, percent } from "../lib/format/numbers.ts";
import { sumsOf } from "../lib/stats/sum.ts";
import { SAMPLE_FILE } from "./generate.ts";
import { refuse, runAsProgram } from "./program.ts";
import { PUBLISHED, type Published, SCOPES, type Scope, type Tolerance } from "./published.ts";

export const README_FILE = fileURLToPath(new URL("./README.md", import.meta.url));
const TABLE_START = "<!-- calibration: written by data/calibration.ts --write -->";
const TABLE_END = "<!-- end of calibration -->";

/** Values by quantity and scope; null where the pool has nothing to measure. */
export type Measured = Readonly<Record<Scope, Readonly<Record<string, number | null>>>>;

/** A measured value outside the tolerance of its published one. */
export interface Deviation {
  readonly quantity: string;
  readonly scope: Scope;
  readonly published: number;
  readonly measured: number | null;
}

type ProviderCost = { readonly provider: Exclude<Scope, "all"> } & Readonly<
  Record<"steps" | "priced" | "prefix_usd" | "append_usd" | "output_usd", number>
>;

/** Measures a trace file. It is read into a database that is removed again. */
export async function measure(trace: string): Promise<Measured> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "calibration-"));
  try {
    const db = path.join(folder, "pool.duckdb");
    await buildDatabase({ inputs: [trace], db });
    const pool = await Pool.open(db);
    try {
      const facts = await pool.rows<{ scope: Scope } & Record<string, number | null>>(query("calibration.sql"));
      const costs = await pool.rows<ProviderCost>(query("calibration-costs.sql"));
      const of = (scope: Scope) => ({ ...facts.find((row) => row.scope === scope), ...costFacts(costs, scope) });
      return { all: of("all"), claude: of("claude"), codex: of("codex") } as Measured;
    } finally {
      pool.close();
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

function costFacts(providers: readonly ProviderCost[], scope: Scope): Record<string, number> {
  const inScope = providers.filter(({ provider }) => scope === "all" || provider === scope);
  const sum = sumsOf(inScope, ["steps", "priced", "prefix_usd", "append_usd", "output_usd"]);
  const total = sum.prefix_usd + sum.append_usd + sum.output_usd;
  return {
    priced_share: sum.priced / sum.steps,
    cost_per_step_usd: total / sum.priced,
    cost_prefix_share: sum.prefix_usd / total,
    cost_append_share: sum.append_usd / total,
    cost_output_share: sum.output_usd / total,
  };
}

export function deviations(measured: Measured): Deviation[] {
  return PUBLISHED.flatMap((quantity) =>
    SCOPES.flatMap((scope) => {
      const published = quantity.published[scope];
      const value = measured[scope][quantity.key] ?? null;
      if (published === undefined || (value !== null && isWithin(value, published, quantity.within))) return [];
      return [{ quantity: quantity.key, scope, published, measured: value }];
    }),
  );
}

function isWithin(value: number, published: number, within: Tolerance): boolean {
  return "factor" in within
    ? value <= published * within.factor && value >= published / within.factor
    : Math.abs(value - published) <= within.difference;
}

/** The comparison as a Markdown table in aligned columns: published and measured side by side, per scope. */
export function comparisonTable(measured: Measured): string {
  const pair = (quantity: Published, scope: Scope): string[] => {
    const published = quantity.published[scope];
    if (published === undefined) return ["", ""];
    const value = measured[scope][quantity.key];
    return [printed(published, quantity), value == null ? "–" : printed(value, quantity)];
  };
  return alignedTable(
    ["Quantity", "Claude published", "sample", "Codex published", "sample", "All published", "sample", "Accepted"],
    PUBLISHED.map((quantity) => [
      quantity.label,
      ...pair(quantity, "claude"),
      ...pair(quantity, "codex"),
      ...pair(quantity, "all"),
      accepted(quantity),
    ]),
  );
}

/** All columns but the first and the last hold numbers and are aligned to the right. */
function alignedTable(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heading.map((_, column) => Math.max(...[heading, ...rows].map((row) => (row[column] as string).length)));
  const isNumber = (column: number) => column > 0 && column < heading.length - 1;
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const padded = (cells: readonly string[]) =>
    line(cells.map((cell, i) => (isNumber(i) ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number))));
  const rule = line(widths.map((width, i) => (isNumber(i) ? `${"-".repeat(width - 1)}:` : `:${"-".repeat(width - 1)}`)));
  return [padded(heading), rule, ...rows.map(padded)].join("\n");
}

function printed(value: number, { unit }: Published): string {
  switch (unit) {
    case "share":
      return percent(value, 1);
    case "usd":
      return `$${grouped(value, 3)}`;
    case "tokens":
      return grouped(value);
    default:
      return `${grouped(value, value >= 100 ? 0 : value >= 10 ? 1 : 2)}${unit === "" ? "" : ` ${unit}`}`;
  }
}

function accepted({ within, unit }: Published): string {
  if ("factor" in within) return `×${within.factor}`;
  return unit === "share" ? `±${grouped(within.difference * 100, 1)} points` : `±${within.difference}`;
}

/** The README with the table of `measured`. @throws when the README lacks the marks around the table */
export function readmeWith(readme: string, measured: Measured): string {
  const start = readme.indexOf(TABLE_START);
  const end = readme.indexOf(TABLE_END);
  if (start < 0 || end < start) throw new Error(`data/README.md needs ${TABLE_START} and ${TABLE_END}, in this order`);
  return `${readme.slice(0, start)}${TABLE_START}\n\n${comparisonTable(measured)}\n\n${readme.slice(end)}`;
}

function query(name: string): string {
  return fs.readFileSync(new URL(name, import.meta.url), "utf8");
}

async function main(argv: readonly string[]): Promise<void> {
  const options = yargs([...argv])
    .scriptName("data/calibration.ts")
    .usage("npx tsx $0 [--write] [trace]\n\nCompares a trace, by default the bundled sample, with the published pool.")
    .options({ write: { type: "boolean", default: false, describe: "Write the comparison of the sample into data/README.md" } })
    .version(false)
    .strictOptions()
    .fail(refuse)
    .parseSync();
  const measured = await measure(String(options._[0] ?? SAMPLE_FILE));
  if (options.write) fs.writeFileSync(README_FILE, readmeWith(fs.readFileSync(README_FILE, "utf8"), measured));
  else for (const line of comparisonTable(measured).split("\n")) print(line);
  for (const { quantity, scope, published, measured: value } of deviations(measured))
    say(`outside its tolerance: ${quantity} (${scope}): published ${published}, measured ${value}`);
}

runAsProgram(import.meta.url, main);
