/** The companion files of a trace, with the pseudonyms of its rows. */
import type { JsonObject } from "../trace/exact-json.ts";
import type { Pseudonyms } from "../trace/pseudonym.ts";
import { callPseudonym, plainPseudonym, sessionPseudonym } from "./identifiers.ts";
import { filterObject, replace } from "./row.ts";

/** A line of the sessions file. */
export function sanitizeSession(line: JsonObject, pseudonyms: Pseudonyms): JsonObject {
  const clean = { ...filterObject(line, pseudonyms) };
  const session = (id: string) => sessionPseudonym(pseudonyms, line.provider, id);
  replace(clean, "session_id", session);
  replace(clean, "parent_session_id", session);
  replace(clean, "parent_tool_call_id", (id) => callPseudonym(pseudonyms, id));
  replace(clean, "project", (id) => plainPseudonym(pseudonyms, "project", id, "project_"));
  replace(clean, "client_version", (versions) =>
    versions
      .split(" ")
      .map((version) => publicVersion(version, pseudonyms))
      .join(" "),
  );
  replace(clean, "originator", (originator) => publicOriginator(originator, pseudonyms));
  for (const name of ["transcript_id", "cwd_pseudonym", "git_branch_pseudonym"]) renew(clean, name, pseudonyms);
  return clean;
}

/**
 * A line of the details file.
 * @param row the row that it belongs to, as it was
 * @param traceKey that of the sanitized row
 */
export function sanitizeDetails(line: JsonObject, row: JsonObject, traceKey: string, pseudonyms: Pseudonyms): JsonObject {
  const clean = { ...filterObject(line, pseudonyms) };
  replace(clean, "trace_key", () => traceKey);
  replace(clean, "first_holder_session_id", (id) => sessionPseudonym(pseudonyms, row.provider, id));
  for (const name of ["transcript_id", "response_id", "request_id"]) renew(clean, name, pseudonyms);
  return clean;
}

/** They are pseudonyms of the collector already; new ones keep what it published apart from this. */
function renew(line: JsonObject, name: string, pseudonyms: Pseudonyms): void {
  replace(line, name, (value) => plainPseudonym(pseudonyms, name, value, ""));
}

const VERSION = /^v?\d{1,5}(?:\.\d{1,6}){1,3}(?:-(?:alpha|beta|rc|dev|nightly|canary|preview)(?:[.-]?\d{1,8}){0,2})?$/;

function publicVersion(version: string, pseudonyms: Pseudonyms): string {
  return VERSION.test(version) ? version : plainPseudonym(pseudonyms, "client_version", version, "version_");
}

const ORIGINATORS = new Set(
  `cli claude-cli claude-code claude-desktop claude-vscode sdk-cli sdk-ts sdk-py mcp remote
  codex-cli codex-tui codex-exec codex-vscode codex-app-server codex-mcp-client codex-sdk-ts codex-cli-rs codex-desktop vscode exec`.split(
    /\s+/,
  ),
);

function publicOriginator(originator: string, pseudonyms: Pseudonyms): string {
  const isKnown = ORIGINATORS.has(originator.toLowerCase().replaceAll(/[ _]/g, "-"));
  return isKnown ? originator : plainPseudonym(pseudonyms, "originator", originator, "originator_");
}
