/** Questions to start from: one `.sql` file each, whose first comment line is the question. */
import fs from "node:fs";
import path from "node:path";

export interface Question {
  readonly title: string;
  readonly sql: string;
}

/** In the order of their file names. @throws when a file doesn't begin with a question */
export function readQuestions(folder: string): Question[] {
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => {
      const sql = fs.readFileSync(path.join(folder, name), "utf8").trim();
      const title = /^-- (.+\?)\n/.exec(sql)?.[1];
      if (title === undefined) throw new Error(`${name} does not begin with a question as a comment`);
      return { title, sql };
    });
}
