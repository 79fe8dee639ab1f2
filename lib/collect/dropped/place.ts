/** Where a dropped file was, from its path: in the folders of Claude Code and Codex, whatever is around them. */
import { CLAUDE_STORES, CODEX_STORE, type Found, type Place } from "../finds.ts";

export interface Placed {
  readonly place: Place;
  /** Claude's name of the project's folder; null for Codex. */
  readonly project: string | null;
  /** Names from the project's folder or, for Codex, from that of the sessions down. */
  readonly parts: Found["parts"];
}

const ARCHIVED = "archived_sessions";
export const ARCHIVED_CODEX = `${CODEX_STORE}/${ARCHIVED}`;
/** Of files whose home is not in their path. */
const UNKNOWN_USER = "you";

/** Null where the path does not say. `elsewhere`: in a store, but not among its transcripts. */
export function placeOf(path: string): Placed | "elsewhere" | null {
  const parts = path.split("/");
  for (const label of [...CLAUDE_STORES, CODEX_STORE]) {
    const store = label.split("/");
    const start = parts.findIndex((_, index) => store.every((name, offset) => parts[index + offset] === name));
    if (start >= 0) return placeIn(label, parts.slice(0, start), parts.slice(start + store.length));
  }
  return null;
}

function placeIn(label: string, home: readonly string[], [folder = "", ...parts]: readonly string[]): Placed | "elsewhere" {
  if (label !== CODEX_STORE) {
    const [project = "", ...inProject] = parts;
    return folder === "projects" && inProject.length > 0
      ? { place: placeAt("claude", label, home), project, parts: inProject }
      : "elsewhere";
  }
  if (folder === "sessions") return { place: placeAt("codex", label, home), project: null, parts };
  return folder === ARCHIVED ? { place: placeAt("codex", ARCHIVED_CODEX, home), project: null, parts } : "elsewhere";
}

/** Of a transcript that is in no store's folder, such as one that was dropped alone. */
export function loosePlace(provider: Place["provider"], path: string): Placed {
  const parts = path.split("/");
  if (provider === "codex") return { place: placeAt(provider, CODEX_STORE, []), project: null, parts: parts.slice(-1) };
  const [project = "", ...inProject] = parts.slice(projectIndex(parts));
  return {
    place: placeAt(provider, CLAUDE_STORES[0] ?? "", []),
    project: inProject.length > 0 ? project : "",
    parts: inProject.length > 0 ? inProject : [project],
  };
}

/** The folder in `projects`, else the one that the file is in or, for a sub-agent's, the folder of its session. */
function projectIndex(parts: readonly string[]): number {
  const projects = parts.lastIndexOf("projects");
  const subAgents = parts.indexOf("subagents");
  if (projects >= 0 && parts.length > projects + 2) return projects + 1;
  return Math.max(0, subAgents >= 0 ? subAgents - 2 : parts.length - 2);
}

function placeAt(provider: Place["provider"], label: string, home: readonly string[]): Place {
  return { provider, label, home: home.join("/"), user: home.at(-1) || UNKNOWN_USER };
}
