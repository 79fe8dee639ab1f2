/** Which keys of a row may not be published, and which hold what is replaced by a pseudonym. */

const SENSITIVE = new Set([
  "cwd",
  "home",
  "host",
  "hostname",
  "file_path",
  "filepath",
  "repo_url",
  "repository_url",
  "session_file",
  "workdir",
]);
const SENSITIVE_ENDINGS = ["_path", "filepath"];
const USER = new Set(["user", "user_name", "username"]);

/** Keys whose values are ids; their pseudonyms are recognized by their shape. */
const IDS = new Set([
  "session_id",
  "parent_session_id",
  "first_holder_session_id",
  "turn_id",
  "round_id",
  "tool_call_id",
  "parent_tool_call_id",
  "_assistant_uuid",
  "trace_key",
  "transcript_id",
  "response_id",
  "request_id",
  "cwd_pseudonym",
  "git_branch_pseudonym",
  "project",
]);

export type KeyKind = "sensitive" | "user" | "id" | "other";

const MAX_KNOWN = 10_000;
const known = new Map<string, KeyKind>();

/** At any depth. Upper and lower case, and `-` and `_`, are the same. */
export function kindOfKey(key: string): KeyKind {
  let kind = known.get(key);
  if (kind === undefined) {
    kind = classify(key);
    if (known.size < MAX_KNOWN) known.set(key, kind);
  }
  return kind;
}

function classify(key: string): KeyKind {
  const normalised = key.toLowerCase().replaceAll("-", "_");
  if (USER.has(normalised)) return "user";
  if (SENSITIVE.has(normalised) || SENSITIVE_ENDINGS.some((ending) => normalised.endsWith(ending))) return "sensitive";
  return IDS.has(normalised) ? "id" : "other";
}
