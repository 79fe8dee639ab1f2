/** SQL that a model wrote, kept as a question to review. */
import path from "node:path";
import { UserError } from "../../files/errors.ts";
import { isRelation } from "../../relations/relations.ts";
import { FENCED_TABLES } from "../fence/schema.ts";

export interface SavedQuestion {
  readonly "question.md": string;
  readonly "query.sql": string;
}

/** The files of a question's folder. */
export function savedQuestion(asked: string, sql: string, columns: readonly string[]): SavedQuestion {
  const title = oneLine(asked).replace(/[?.!\s]*$/, "?");
  const uses = Object.keys(FENCED_TABLES).filter((name) => isRelation(name) && new RegExp(`\\b${name}\\b`, "i").test(sql));
  const header = [
    ...(uses.length > 0 ? [`-- uses: ${uses.join(", ")}`] : []),
    "-- Written by a model and not reviewed.",
    ...columns.map((column, i) => `${i === 0 ? "-- Columns:" : "--         "} ${column.replaceAll(/\W/g, "_")}  Not described yet`),
  ];
  return {
    "question.md": `# ${title}\n\nWritten by a model and not reviewed: check the query before you rely on it.\n\n## Other wordings\n\n- ${title}\n`,
    "query.sql": `${header.join("\n")}\n${sql.trim().replace(/;\s*$/, "")}\n`,
  };
}

/** @throws UserError unless the folder can be that of a question */
export function checkQuestionFolder(folder: string): void {
  const names = path.resolve(folder).split(path.sep).slice(-2);
  if (!names.every((name) => /^[a-z][a-z0-9_]*$/.test(name)))
    throw new UserError(`--save ${folder}: a question's folder is named like questions/cost/by_hour, in lower case.`);
}

function oneLine(text: string): string {
  return text.replaceAll(/[\s#]+/g, " ").trim();
}
