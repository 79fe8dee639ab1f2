/** The privacy gate of `sanitize`, as an audit. */

import { resolveInputs } from "../db/build/ingest/inputs.ts";
import { readKeptNames } from "../sanitize/kept-names.ts";
import { findingText, type Problem } from "../sanitize/problems.ts";
import { checkTrace } from "../sanitize/sanitize.ts";
import { type Check, checksDocument } from "../trace/checks.ts";
import type { AuditResult } from "./report.ts";

/** @param keepNames file with names that may be seen */
export async function privacyAudit(inputs: readonly string[], keepNames: string | undefined): Promise<AuditResult> {
  const kept = readKeptNames(keepNames);
  let rows = 0;
  const findings: Problem[] = [];
  for (const { name } of resolveInputs(inputs)) {
    const checked = await checkTrace({ input: name, kept });
    rows += checked.rows;
    findings.push(...checked.findings);
  }
  const check: Check = {
    name: "nothing_private",
    title: "The trace has documented fields with public values alone.",
    level: "violation",
    count: findings.reduce((sum, { count }) => sum + count, 0),
    of: rows,
    ...(findings[0] ? { detail: `first: ${findingText(findings[0])}` } : {}),
  };
  return { audit: "privacy_gate", ...checksDocument([check]).value };
}
