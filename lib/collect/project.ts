/** Which project a transcript belongs to. */
import type { Provider, SessionFacts } from "./row.ts";

interface OfProject {
  readonly provider: Provider;
  /** The name of Claude's folder. */
  readonly project: string | null;
  readonly summary: { readonly session: Pick<SessionFacts, "cwd"> };
}

/** The name that Claude gives the working folder, for Codex too: a project is one, whichever agent works on it. Null when no folder is logged. */
export function projectOf({ provider, project, summary }: OfProject): string | null {
  const { cwd } = summary.session;
  return provider === "claude" || cwd === null ? project : cwd.replaceAll(/[^A-Za-z0-9]/g, "-");
}

/** @param projects texts of which one must be in the name of the project or the path of its folder; none for all projects */
export function isOfProject(transcript: OfProject, projects: readonly string[]): boolean {
  const names = [projectOf(transcript) ?? "", transcript.provider === "codex" ? (transcript.summary.session.cwd ?? "") : ""];
  return projects.length === 0 || projects.some((text) => names.some((name) => name.includes(text)));
}
