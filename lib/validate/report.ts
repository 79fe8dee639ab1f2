/** Lines that `validate` prints. */

import { grouped } from "../format/numbers.ts";
import type { CheckState, ChecksResult } from "../trace/checks.ts";

export interface AuditResult extends ChecksResult {
  /** Name of the experiment, or `privacy_gate`. */
  readonly audit: string;
}

const STATE_WORDS: Readonly<Record<CheckState, string>> = { passed: "passed", warning: "warning", violation: "VIOLATION" };

/** One line per check: state, audit and name, how many of how many fail, and what is checked. */
export function checkLines(audits: readonly AuditResult[]): string[] {
  const rows = audits.flatMap(({ audit, checks }) =>
    checks.map(({ state, name, count, of, title, detail }) => ({
      state: STATE_WORDS[state],
      name: `${audit}/${name}`,
      count: `${grouped(count)} of ${grouped(of)}`,
      title: state === "passed" || detail === undefined ? title : `${title} (${detail})`,
    })),
  );
  const width = (key: "state" | "name" | "count") => Math.max(0, ...rows.map((row) => row[key].length));
  const [state, name, count] = [width("state"), width("name"), width("count")];
  return rows.map((row) => `${row.state.padEnd(state)}  ${row.name.padEnd(name)}  ${row.count.padStart(count)}  ${row.title}`);
}

/** `31 checks: 29 passed, 2 warnings, 0 violations.` */
export function countLine(audits: readonly AuditResult[]): string {
  const states = audits.flatMap(({ checks }) => checks.map(({ state }) => state));
  const of = (wanted: CheckState) => states.filter((state) => state === wanted).length;
  return `${states.length} checks: ${of("passed")} passed, ${of("warning")} warnings, ${of("violation")} violations.`;
}
