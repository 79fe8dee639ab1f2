/** The privacy gate of `sanitize`, as an audit. */

import { resolveInputs } from "../db/build/ingest/inputs.ts";
import { type LocatedFinding, MEANING } from "../sanitize/gate.ts";
import { checkTrace } from "../sanitize/sanitize.ts";
import { type Check, checksDocument } from "../trace/checks.ts";
import type { AuditResult } from "./report.ts";

/** @param allow fields whose values the user has reviewed */
export async function privacyAudit(inputs: readonly string[], allow: readonly string[]): Promise<AuditResult> {
  let rows = 0;
  let count = 0;
  let first: LocatedFinding | undefined;
  for (const { name } of resolveInputs(inputs)) {
    const outcome = await checkTrace({ input: name, allow: [...allow] });
    rows += outcome.rows;
    count += outcome.findings.length + outcome.omitted;
    first ??= outcome.findings[0];
  }
  const check: Check = {
    name: "nothing_private",
    title: "No value of the trace looks private.",
    level: "violation",
    count,
    of: rows,
    ...(first ? { detail: `first: ${first.file}:${first.line}: ${first.path} ${MEANING[first.kind]}` } : {}),
  };
  return { audit: "privacy_gate", ...checksDocument([check]).value };
}
