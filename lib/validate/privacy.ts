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
  let lines = 0;
  let privateLines = 0;
  const findings: Problem[] = [];
  for (const { name } of resolveInputs(inputs)) {
    const checked = await checkTrace({ input: name, kept });
    lines += checked.lines;
    privateLines += checked.privateLines;
    findings.push(...checked.findings);
  }
  const check: Check = {
    name: "nothing_private",
    title: "The trace has documented fields with public values alone.",
    level: "violation",
    count: privateLines,
    of: lines,
    ...(findings[0] ? { detail: `first: ${findingText(findings[0])}` } : {}),
  };
  return { audit: "privacy_gate", ...checksDocument([check]).value };
}
