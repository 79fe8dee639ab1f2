/** The experiments' own queries, ready to run on the exported database: parameters in place, one query per experiment. */
import fs from "node:fs";
import path from "node:path";
import type { ExperimentArtifacts } from "../../../artifacts/artifacts.ts";
import { experimentFolder, experimentIds, type Roots } from "../../../artifacts/experiment-folders.ts";
import { type PoolNames, readNames } from "../../../assistant/questions/names.ts";
import { valuesFor } from "../../../assistant/questions/parameters.ts";
import type { Question } from "../../../assistant/questions/question.ts";
import { databaseFiles, NodeEngine } from "../../../db/open/connection.ts";
import { refuseCode } from "../../../db/open/only-tables.ts";
import { quoteLiteral } from "../../../db/sql.ts";
import { withValues } from "../../../db/with-values.ts";
import { firstLineOf } from "../../../files/errors.ts";
import { known } from "../../../stats/known.ts";

/** The query that represents an experiment. */
const MAIN_QUERY = "query.sql";

export interface Example {
  /** Id of the experiment. */
  readonly id: string;
  readonly title: string;
  /** File name in the experiment's folder. */
  readonly file: string;
  readonly sql: string;
}

export interface Examples {
  readonly runnable: readonly Example[];
  /** Why the others can't run here: one sentence of the engine by id. */
  readonly refused: ReadonlyMap<string, string>;
  /** Experiments without a query. */
  readonly without: readonly string[];
  /** Questions that the database can answer. */
  readonly questions: readonly Question[];
  /** What they can be restricted to. */
  readonly names: PoolNames;
}

/** Texts of the queries that may become examples, without those of questions: each experiment's main query, or all that it has when there is none. */
export function exampleQueries(roots: Roots): string[] {
  return experimentIds(roots).flatMap((id) => {
    const folder = known(experimentFolder(id, roots));
    const files = fs.readdirSync(folder).filter((name) => name.endsWith(".sql"));
    return (files.includes(MAIN_QUERY) ? [MAIN_QUERY] : files.sort()).map((name) => fs.readFileSync(path.join(folder, name), "utf8"));
  });
}

interface ExamplesRequest {
  /** Of a run. */
  readonly artifacts: readonly ExperimentArtifacts[];
  readonly roots: Roots;
  readonly questions: readonly Question[];
  /** The exported database. */
  readonly file: string;
}

/** One example per experiment that the database can answer, in the order of the run, and the questions. */
export async function readExamples({ artifacts, roots, questions, file }: ExamplesRequest): Promise<Examples> {
  const runnable: Example[] = [];
  const refused = new Map<string, string>();
  const without: string[] = [];
  const real = fs.realpathSync(file);
  const engine = await NodeEngine.create({ threads: 1 }, databaseFiles(real));
  try {
    await engine.run(`ATTACH ${quoteLiteral(real)} AS explore (READ_ONLY)`);
    await refuseCode(engine, { database: "explore", file, tables: null });
    await engine.run("USE explore");
    for (const experiment of artifacts) {
      const candidates = candidatesOf(experiment, roots);
      const problems: string[] = [];
      for (const example of candidates) {
        const problem = await problemOf(engine, example.sql);
        if (problem === null) {
          runnable.push(example);
          break;
        }
        problems.push(problem);
      }
      const [first] = problems;
      if (candidates.length === 0) without.push(experiment.id);
      else if (first !== undefined && problems.length === candidates.length) refused.set(experiment.id, first);
    }
    return { runnable, refused, without, ...(await questionsFor(engine, questions)) };
  } finally {
    engine.close();
  }
}

/** The database that the console asks. */
interface Asked {
  rows<T>(sql: string): Promise<T[]>;
}

/** The questions that a database can answer, and the names in it. */
export async function questionsFor(database: Asked, questions: readonly Question[]): Promise<Pick<Examples, "questions" | "names">> {
  const answerable: Question[] = [];
  for (const question of questions) if ((await problemOf(database, usualSql(question))) === null) answerable.push(question);
  return { questions: answerable, names: await readNames(database) };
}

/** The query of a question with its defaults. */
export function usualSql(question: Question): string {
  return withValues(question.sql, valuesFor(question, {}));
}

/** The main query alone where there is one, else all queries in the order asked. */
function candidatesOf({ id, title, queries = [] }: ExperimentArtifacts, roots: Roots): Example[] {
  const folder = experimentFolder(id, roots);
  if (folder === null) return [];
  const main = queries.filter(({ file }) => file === MAIN_QUERY);
  return (main.length > 0 ? main : queries).flatMap(({ file, params }) => {
    const full = path.join(folder, file);
    return fs.existsSync(full) ? [{ id, title, file, sql: withValues(fs.readFileSync(full, "utf8").trim(), params) }] : [];
  });
}

/** The engine for browsers comes without the extension that has these. */
const JSON_FUNCTION = /\b(from_json\w*|to_json|json\w*)\s*\(/i;

/** Whether a query fits the tables; the first line of what the engine says if not. */
async function problemOf(database: Asked, sql: string): Promise<string | null> {
  if (JSON_FUNCTION.test(sql)) return "The engine for browsers has no JSON functions.";
  try {
    await database.rows(`EXPLAIN ${sql}`);
    return null;
  } catch (error) {
    return firstLineOf(error);
  }
}
