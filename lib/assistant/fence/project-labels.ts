/** Names of projects as models see them: pseudonyms or numbers, as in `lib/relations/project_labels.sql`. */
import type { Pool } from "../../db/open/pool.ts";
import type { Row } from "../../experiment.ts";

export interface ProjectLabels {
  /** Rows whose column `project` has labels; a name without one is hidden. */
  hide(rows: readonly Row[]): Row[];
  /** The project of a label; any other text as it is. */
  projectOf(label: string): string;
}

export async function projectLabels(pool: Pool): Promise<ProjectLabels> {
  const rows = await pool.rows<{ project: string; label: string }>("-- uses: project_labels\nFROM project_labels");
  const labels = new Map(rows.map(({ project, label }) => [project, label]));
  const projects = new Map(rows.map(({ project, label }) => [label, project]));
  const labelOf = (project: string) => labels.get(project) ?? (project.startsWith("<") ? project : "unknown");
  return {
    hide: (answer) => answer.map((row) => (typeof row.project === "string" ? { ...row, project: labelOf(row.project) } : row)),
    projectOf: (label) => projects.get(label) ?? label,
  };
}
